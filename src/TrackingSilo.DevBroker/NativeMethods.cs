using System.Reflection;
using System.Runtime.InteropServices;

namespace TrackingSilo.DevBroker;

/// <summary>The part of librdkafka's C interface that makes and steers a mock cluster (rdkafka_mock.h).</summary>
internal static partial class NativeMethods
{
    private const string Name = "librdkafka";

    public const int Producer = 0;

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    // The package's library beside the program, else the operating system's, which bears its version in its name.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name)
            return 0; // the runtime's own search
        if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
            return handle;
        return NativeLibrary.TryLoad("librdkafka.so.1", assembly, path, out handle) ? handle : 0;
    }

    [LibraryImport(Name)]
    public static partial nint rd_kafka_conf_new();

    [LibraryImport(Name)]
    public static partial nint rd_kafka_new(int type, nint conf, [Out] byte[] error, nint errorSize);

    [LibraryImport(Name)]
    public static partial void rd_kafka_destroy(nint client);

    [LibraryImport(Name)]
    public static partial nint rd_kafka_err2str(int error);

    [LibraryImport(Name)]
    public static partial nint rd_kafka_mock_cluster_new(nint client, int brokers);

    [LibraryImport(Name)]
    public static partial void rd_kafka_mock_cluster_destroy(nint cluster);

    [LibraryImport(Name)]
    public static partial nint rd_kafka_mock_cluster_bootstraps(nint cluster);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rd_kafka_mock_topic_create(nint cluster, string topic, int partitions, int replication);

    [LibraryImport(Name)]
    public static partial int rd_kafka_mock_broker_set_down(nint cluster, int broker);

    [LibraryImport(Name)]
    public static partial int rd_kafka_mock_broker_set_up(nint cluster, int broker);

    [LibraryImport(Name)]
    public static partial int rd_kafka_mock_broker_set_rtt(nint cluster, int broker, int milliseconds);
}
