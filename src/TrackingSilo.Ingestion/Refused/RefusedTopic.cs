using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Refused;

/// <summary>
/// Where messages go that were not applied: the original's key and bytes, and headers <c>topic</c>, <c>partition</c>, <c>offset</c>, <c>reason</c>, <c>detail</c>,
/// <c>length</c> and <c>sha256</c> (hexadecimal), all of them text.
/// </summary>
sealed class RefusedTopic(KafkaSettings settings, ILogger<RefusedTopic> logger) : IDisposable
{
    static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    readonly Lazy<IProducer<byte[], byte[]>> _producer = new(() => new ProducerBuilder<byte[], byte[]>(settings.Producer("tracking-silo-refused"))
        .SetLogHandler((_, message) => logger.Client(message))
        .SetErrorHandler((_, error) => logger.ClientError(error))
        .Build());

    readonly string _topic = settings.Topics.Refused;

    /// <summary>Completes when all of them are acknowledged, however long that takes: nothing may count as applied before.</summary>
    public async Task WriteAsync(IReadOnlyList<RefusedRecord> records, CancellationToken cancellationToken)
        => await Task.WhenAll(records.Select(record => WriteAsync(record, cancellationToken)));

    public void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
    }

    async Task WriteAsync(RefusedRecord record, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _producer.Value.ProduceAsync(_topic, MessageOf(record), cancellationToken);
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (!e.Error.IsFatal)
            {
                logger.NotWritten(record.Topic, record.Partition, record.Offset, e.Error.Reason);
                await Task.Delay(RetryAfter, cancellationToken);
            }
        }
    }

    static Message<byte[], byte[]> MessageOf(RefusedRecord record) => new()
    {
        Key = record.Key.Length == 0 ? null! : record.Key,
        Value = record.Value,
        Headers =
        [
            Text("topic", record.Topic),
            Text("partition", record.Partition.ToString(CultureInfo.InvariantCulture)),
            Text("offset", record.Offset.ToString(CultureInfo.InvariantCulture)),
            Text("reason", record.Reason.Code()),
            Text("detail", record.Detail),
            Text("length", record.Length.ToString(CultureInfo.InvariantCulture)),
            Text("sha256", Convert.ToHexStringLower(record.Sha256)),
        ],
    };

    static Header Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}
