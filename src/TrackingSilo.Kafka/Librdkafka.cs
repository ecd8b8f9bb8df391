using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace TrackingSilo.Kafka;

/// <summary>
/// Finds librdkafka for Confluent.Kafka: the one beside the program (the package librdkafka.redist), else the operating
/// system's. A program calls <see cref="Use"/> before it makes its first client.
/// </summary>
/// <remarks>
/// Under a librdkafka before 2.1, <c>IAdminClient.ListOffsetsAsync</c> and <c>DescribeClusterAsync</c> end the process, for they call
/// functions that it does not have: <c>QueryWatermarkOffsets</c> and <c>GetMetadata</c> do the same work.
/// </remarks>
public static class Librdkafka
{
    private const int FirstWithLeaderEpochs = 0x02010000;

    private static readonly Lazy<string> _version = new(Load);

    /// <summary>Loads the library at the first call and returns its version, such as "2.0.2".</summary>
    /// <exception cref="DllNotFoundException">There is none; the message says how to install one.</exception>
    public static string Use() => _version.Value;

    private static string Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
        try
        {
            if (Library.Version < FirstWithLeaderEpochs)
                StandInForLeaderEpochs();
            return Library.VersionString;
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException("There is no librdkafka on this machine. Install it: apt-get install librdkafka1", e);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "librdkafka")
            return 0; // the runtime's own search
        if (NativeLibrary.TryLoad(name, assembly, path, out var handle))
            return handle; // runtimes/<rid>/native/librdkafka.so, or the link of a -dev package
        return NativeLibrary.TryLoad("librdkafka.so.1", assembly, path, out handle) ? handle : 0;
    }

    // Every consumer of Confluent.Kafka from 2.1 on asks for the leader epochs that came with librdkafka 2.1.
    private static void StandInForLeaderEpochs()
    {
        var imports = typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka", throwOnError: true)!;
        StandIn("_message_leader_epoch", nameof(NoEpoch));
        StandIn("_topic_partition_get_leader_epoch", nameof(NoEpoch));
        StandIn("_topic_partition_set_leader_epoch", nameof(IgnoreEpoch));

        void StandIn(string import, string method)
        {
            var field = imports.GetField(import, BindingFlags.NonPublic | BindingFlags.Static)
                ?? throw new NotSupportedException($"This Confluent.Kafka needs librdkafka 2.1 or later (it has no {import}).");
            var target = typeof(Librdkafka).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!;
            field.SetValue(null, Delegate.CreateDelegate(field.FieldType, target));
        }
    }

    private static int NoEpoch(nint _) => -1;

    private static void IgnoreEpoch(nint _, int __)
    {
    }
}
