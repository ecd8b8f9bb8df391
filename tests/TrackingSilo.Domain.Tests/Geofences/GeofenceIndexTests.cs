using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Tests.Geofences;

public class GeofenceIndexTests
{
    [Fact]
    public void A_real_city_reads_and_answers_as_NetTopologySuite_does()
    {
        var file = SharedData.Find("geofences/manhattan.geojson");
        if (file is null)
            return;
        var result = GeofenceFile.Read("manhattan.geojson", File.ReadAllBytes(file));
        Assert.Empty(result.Errors);
        var index = GeofenceIndex.Build(result.Fences);
        var random = new Random(1);
        var hits = new int[16];
        for (var i = 0; i < 2_000; i++)
        {
            var place = GeoPoint.Create(40.68 + (random.NextDouble() * 0.2), -74.03 + (random.NextDouble() * 0.12));
            var found = hits[..index.Find(place, hits)];
            var point = new Point(place.Longitude, place.Latitude);
            Assert.Equal(Enumerable.Range(0, index.Count).Where(f => index[f].Area!.Covers(point)), found);
        }
    }
}
