using System.IO.Compression;
using System.Text;
using TrackingSilo.Simulation.Replay;

namespace TrackingSilo.Simulation.Tests.Replay;

/// <summary>A folder of recorded data made by a test, and a description that fits it.</summary>
public abstract class ReplayFixture : IDisposable
{
    public const string Description = """
        name: toy-bus
        carrier: toy
        timeZone: America/Chicago
        city: Madison
        country: US
        positions:
          file: fixes.csv
          columns:
            vehicle: vid
            at: seen
            recordedAt: polled
            latitude: lat
            longitude: lon
            speed: spd
            heading: hdg
            trip: trip
            route: rt
            pattern: pid
            distance: feet
          formats:
            at: uuuuMMdd HH:mm
            recordedAt: uuuu-MM-dd'T'HH:mm:ss
          units:
            speed: mph
            distance: feet
        patterns:
          file: ways.json.gz
          items: ways.{route}.*
          id: pid
          points: pt
          latitude: lat
          longitude: lon
          stop: stop
        """;

    public const string Header = "vid,seen,polled,lat,lon,spd,hdg,trip,rt,pid,feet";

    protected string Folder { get; } = Directory.CreateTempSubdirectory("replay").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        using var file = File.Create(path);
        using Stream stream = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>One pattern straight north, a stop each 0.01° (1,112 m), and the rows.</summary>
    protected RecordedReplay Open(params string[] rows) => OpenAt(null, rows);

    protected RecordedReplay OpenAt(DateTimeOffset? notBefore, params string[] rows)
    {
        Write("fixes.csv", string.Join('\n', rows.Prepend(Header)) + "\n");
        Write("ways.json.gz", """
            {"ways":{"N":[{"pid":7,"pt":[
              {"lat":43.00,"lon":-89.4,"stop":"A"},{"lat":43.01,"lon":-89.4,"stop":"B"},{"lat":43.015,"lon":-89.4},
              {"lat":43.02,"lon":-89.4,"stop":"C"},{"lat":43.03,"lon":-89.4,"stop":"D"}]}]}}
            """);
        return RecordedReplay.Open(Folder, DescriptionReader.Read(Write("toy.yaml", Description)), seed: 1, notBefore);
    }
}
