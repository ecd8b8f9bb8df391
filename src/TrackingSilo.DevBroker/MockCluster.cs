using System.Runtime.InteropServices;
using System.Text;

namespace TrackingSilo.DevBroker;

/// <summary>
/// librdkafka's mock cluster, of one broker on the loopback interface. Memory only: it keeps 5 MiB of each partition, and its
/// offsets begin at 0 at each start.
/// </summary>
internal sealed class MockCluster : IDisposable
{
    private const int Broker = 1; // the mock cluster numbers its brokers from 1

    private readonly nint _client;
    private readonly nint _cluster;

    /// <exception cref="DllNotFoundException">There is no librdkafka.</exception>
    public MockCluster()
    {
        var error = new byte[512];
        _client = NativeMethods.rd_kafka_new(NativeMethods.Producer, NativeMethods.rd_kafka_conf_new(), error, error.Length);
        if (_client == 0)
            throw new InvalidOperationException("librdkafka: " + Encoding.UTF8.GetString(error).TrimEnd('\0'));
        _cluster = NativeMethods.rd_kafka_mock_cluster_new(_client, 1);
        if (_cluster == 0)
        {
            NativeMethods.rd_kafka_destroy(_client);
            throw new InvalidOperationException("librdkafka made no mock cluster.");
        }
        Bootstrap = Marshal.PtrToStringUTF8(NativeMethods.rd_kafka_mock_cluster_bootstraps(_cluster))!;
    }

    /// <summary>Where clients connect: <c>127.0.0.1:port</c>.</summary>
    public string Bootstrap { get; }

    // Each answers what went wrong, or null.

    public string? Create(Topic topic) => Explain(NativeMethods.rd_kafka_mock_topic_create(_cluster, topic.Name, topic.Partitions, 1));

    public string? TakeDown() => Explain(NativeMethods.rd_kafka_mock_broker_set_down(_cluster, Broker));

    public string? BringUp() => Explain(NativeMethods.rd_kafka_mock_broker_set_up(_cluster, Broker));

    public string? SetRoundTrip(int milliseconds) => Explain(NativeMethods.rd_kafka_mock_broker_set_rtt(_cluster, Broker, milliseconds));

    public void Dispose()
    {
        NativeMethods.rd_kafka_mock_cluster_destroy(_cluster);
        NativeMethods.rd_kafka_destroy(_client);
    }

    private static string? Explain(int error) => error == 0 ? null : Marshal.PtrToStringUTF8(NativeMethods.rd_kafka_err2str(error));
}
