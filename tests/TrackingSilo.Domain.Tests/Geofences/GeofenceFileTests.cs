using System.Text;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Geography;

namespace TrackingSilo.Domain.Tests.Geofences;

public class GeofenceFileTests
{
    const string Square = """{"type":"Polygon","coordinates":[[[10,59],[11,59],[11,60],[10,60],[10,59]]]}""";

    static GeofenceFileResult Read(string geoJson) => GeofenceFile.Read("fences/test.geojson", Encoding.UTF8.GetBytes(geoJson));

    static GeofenceFileResult ReadFeature(string geometry, string properties = "{}")
        => Read($$"""{"features":[{"geometry":{{geometry}},"properties":{{properties}},"type":"Feature"}],"type":"FeatureCollection"}""");

    [Fact]
    public void A_feature_gives_its_fence_an_id_a_name_and_a_kind()
    {
        var fence = ReadFeature(Square, """{"id":"osl-1","name":"Oslo depot","kind":"depot"}""").Fences.Single();
        Assert.Equal(("osl-1", "Oslo depot", GeofenceKind.Depot), (fence.Id, fence.Name, fence.Kind));
    }

    [Fact]
    public void A_feature_without_an_id_is_named_after_its_file_and_itself()
    {
        Assert.Equal("test/Oslo", ReadFeature(Square, """{"name":"Oslo"}""").Fences.Single().Id);
        Assert.Equal("test/0", ReadFeature(Square, "null").Fences.Single().Id);
    }

    [Fact]
    public void A_point_with_a_radius_is_a_circle()
    {
        var fence = ReadFeature("""{"type":"Point","coordinates":[10.5,59.5,12]}""", """{"radiusMetres":250.5,"kind":"pickupPoint"}""").Fences.Single();
        Assert.Equal((GeoPoint.Create(59.5, 10.5), 250.5), (fence.Centre, fence.RadiusMetres));
    }

    [Fact]
    public void A_line_with_a_width_is_a_corridor()
    {
        var fence = ReadFeature("""{"type":"LineString","coordinates":[[10.5,59.5],[10.6,59.5],[-349.3,59.6]]}""", """{"widthMetres":80}""").Fences.Single();
        Assert.Equal(80, fence.WidthMetres);
        Assert.Equal(3, fence.Line.Length);
        Assert.Equal(10.7, fence.Line[2].Longitude, 9);
    }

    [Theory]
    [InlineData("""{"type":"LineString","coordinates":[[0,0]]}""", "fewer than two")]
    [InlineData("""{"type":"LineString","coordinates":[[0,0],[30,0]]}""", "1000 km")]
    [InlineData("""{"type":"LineString","coordinates":[[0,89.9999],[180,89.9999]]}""", "pole")]
    [InlineData("""{"type":"LineString","coordinates":[[0,"x"],[1,1]]}""", "no number")]
    public void A_bad_line_is_refused(string geometry, string reason)
        => Assert.Contains(reason, Assert.Single(ReadFeature(geometry, """{"widthMetres":80}""").Errors).Reason);

    [Theory]
    [InlineData("""{"type":"Polygon","coordinates":[[[179,-10],[-179,-10],[-179,10],[179,10],[179,-10]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[179,-10],[181,-10],[181,10],[179,10],[179,-10]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[-181,-10],[-179,-10],[-179,10],[-181,10],[-181,-10]]]}""")]
    public void An_area_across_the_antimeridian_holds_both_of_its_sides(string geometry)
    {
        var index = GeofenceIndex.Build(ReadFeature(geometry).Fences);
        var hits = new int[2];
        foreach (var longitude in new[] { 179.0, 179.5, 180, -180, -179.5, -179 })
            Assert.Equal(1, index.Find(GeoPoint.Create(0, longitude), hits));
        foreach (var longitude in new[] { 178.9, -178.9, 0 })
            Assert.Equal(0, index.Find(GeoPoint.Create(0, longitude), hits));
    }

    [Fact]
    public void A_hole_across_the_antimeridian_stays_a_hole()
    {
        var index = GeofenceIndex.Build(ReadFeature("""
            {"type":"Polygon","coordinates":[
              [[170,-20],[-170,-20],[-170,20],[170,20],[170,-20]],
              [[-179,-5],[179,-5],[179,5],[-179,5],[-179,-5]]]}
            """).Fences);
        var hits = new int[2];
        Assert.Equal(0, index.Find(GeoPoint.Create(0, 179.5), hits));
        Assert.Equal(0, index.Find(GeoPoint.Create(0, -179.5), hits));
        Assert.Equal(1, index.Find(GeoPoint.Create(0, 178), hits));
        Assert.Equal(1, index.Find(GeoPoint.Create(10, -179.5), hits));
    }

    [Theory]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,80],[120,80],[-120,80],[0,80]]]}""", "pole")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[2,2],[2,0],[0,2],[0,0]]]}""", "Self-intersection")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,1]]]}""", "not closed")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[2,0],[0,0]]]}""", "fewer than four")]
    [InlineData("""{"type":"Polygon","coordinates":[[[59,100],[59,101],[60,101],[59,100]]]}""", "longitude comes first")]
    [InlineData("""{"type":"Polygon","coordinates":[[[1e999,0],[2,0],[2,2],[1e999,0]]]}""", "longitude comes first")]
    [InlineData("""{"type":"Polygon","coordinates":[[["0",0],[2,0],[2,2],["0",0]]]}""", "no number")]
    [InlineData("""{"type":"Polygon","coordinates":[[0,0,2,0]]}""", "no array of two to four numbers")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""", "no array of rings")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[]}""", "without polygons")]
    [InlineData("""{"type":"MultiLineString","coordinates":[[[0,0],[2,0]]]}""", "no Polygon")]
    [InlineData("""{"type":"LineString","coordinates":[[0,0],[2,0]]}""", "widthMetres")]
    [InlineData("""{"type":"Point","coordinates":[0,0]}""", "radiusMetres")]
    [InlineData("null", "no geometry")]
    public void A_bad_geometry_is_refused_with_file_feature_and_reason(string geometry, string reason)
    {
        var result = ReadFeature(geometry);
        Assert.Empty(result.Fences);
        var error = Assert.Single(result.Errors);
        Assert.Equal(("fences/test.geojson", 0), (error.File, error.Feature));
        Assert.Contains(reason, error.Reason);
    }

    [Theory]
    [InlineData("""{"kind":"castle"}""", "castle")]
    [InlineData("""{"id":""}""", "id")]
    [InlineData("""{"id":"a\u0000b"}""", "id")]
    [InlineData("""{"id":"\ud800"}""", "surrogate")]
    [InlineData("""[]""", "no object")]
    public void Bad_properties_are_refused(string properties, string reason)
        => Assert.Contains(reason, Assert.Single(ReadFeature(Square, properties).Errors).Reason);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"type":"FeatureCollection"}""")]
    [InlineData("""{"type":"FeatureCollection","features":{}}""")]
    [InlineData("""{"type":"Polygon","coordinates":[]}""")]
    [InlineData("""{"type":"FeatureCollection","features":[NaN]}""")]
    [InlineData("""{"type":"FeatureCollection","features":[]} x""")]
    public void A_bad_file_is_refused_as_a_whole(string content)
    {
        var error = Assert.Single(Read(content).Errors);
        Assert.Null(error.Feature);
    }

    [Fact]
    public void One_bad_feature_refuses_its_file_and_an_id_may_not_come_twice()
    {
        var feature = $$"""{"type":"Feature","properties":{"id":"a"},"geometry":{{Square}}}""";
        var result = Read($$"""{"type":"FeatureCollection","features":[{{feature}},{{feature}}]}""");
        Assert.Empty(result.Fences);
        Assert.Equal(1, Assert.Single(result.Errors).Feature);
    }

    [Fact]
    public void Nesting_and_vertices_are_bounded()
    {
        var deep = Read($$"""{"type":"FeatureCollection","features":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""");
        Assert.Single(deep.Errors);

        var ring = string.Join(',', Enumerable.Range(0, 1_000_000).Select(i => "[0,0]"));
        var long_ = ReadFeature($$"""{"type":"Polygon","coordinates":[[{{ring}}]]}""");
        Assert.Contains("vertices", Assert.Single(long_.Errors).Reason);
    }

    [Fact]
    public void Hostile_files_are_read_or_refused_never_a_crash()
    {
        if (SharedData.Find("geojson-hostile") is not { } folder)
            return;
        var files = Directory.GetFiles(folder, "*.geojson", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var result = GeofenceFile.Read(Path.GetFileName(file), File.ReadAllBytes(file));
            Assert.All(result.Errors, error => Assert.NotEmpty(error.Reason));
            Assert.True(result.IsRead || result.Fences.IsEmpty);
        }
    }

    [Fact]
    public void Cut_and_bent_files_are_read_or_refused_never_a_crash()
    {
        var whole = Encoding.UTF8.GetBytes($$"""{"type":"FeatureCollection","features":[{"type":"Feature","id":5,"properties":{"name":"é"},"geometry":{{Square}}}]}""");
        var random = new Random(1);
        for (var i = 0; i < 5_000; i++)
        {
            var bent = whole[..random.Next(whole.Length + 1)];
            for (var change = random.Next(3); change > 0 && bent.Length > 0; change--)
                bent[random.Next(bent.Length)] = (byte)random.Next(256);
            var result = GeofenceFile.Read("bent", bent);
            Assert.True(result.IsRead || result.Fences.IsEmpty);
        }
    }
}
