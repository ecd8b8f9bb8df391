using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Ingestion.Decoding;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Gateway;

/// <summary>Writes into the log what came over HTTP, and what recipients ask on their pages. Records bear the domain clock's time.</summary>
public sealed class GatewayProducer : ICommandLog, IDisposable
{
    readonly Lazy<IProducer<byte[], byte[]>> _producer;
    readonly TimeProvider _time;
    readonly string _commands;

    public GatewayProducer(KafkaSettings settings, TimeProvider time, ILogger<GatewayProducer> logger)
    {
        _time = time;
        _commands = settings.Topics.Commands;
        _producer = new(() =>
        {
            var config = settings.Producer("tracking-silo-gateway");
            config.MessageTimeoutMs = (int)Limits.GatewayLogTimeout.TotalMilliseconds;
            config.QueueBufferingMaxKbytes = Limits.GatewayQueueKilobytes;
            config.QueueBufferingMaxMessages = Limits.GatewayQueueMessages;
            return new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, message) => logger.Client(message)).Build();
        });
    }

    /// <summary>The time that a record written now bears: whole milliseconds, as Kafka keeps it.</summary>
    public DateTimeOffset RecordTime => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Completes with null once the log has acknowledged the record, else with what went wrong; never throws.</summary>
    public Task<Error?> WriteAsync(string topic, string key, byte[] value, DateTimeOffset recordTime)
    {
        var written = new TaskCompletionSource<Error?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new Message<byte[], byte[]> { Key = Encoding.ASCII.GetBytes(key), Value = value, Timestamp = new Timestamp(recordTime) };
        try
        {
            _producer.Value.Produce(topic, message, report => written.SetResult(report.Error.IsError ? report.Error : null));
        }
        catch (ProduceException<byte[], byte[]> e) // such as a full queue
        {
            written.SetResult(e.Error);
        }
        return written.Task;
    }

    public async ValueTask AppendAsync(ShipmentId id, Command command, CancellationToken cancellationToken)
    {
        var message = new CommandMessage
        {
            Carrier = id.Carrier, TrackingNumber = id.TrackingNumber, CommandId = command.Id, Kind = CommandNames.Of(command.Kind),
            Instruction = command.Instruction is { } instruction
                ? new CommandMessage.InstructionPart { Kind = CommandNames.Of(instruction.Kind), Note = instruction.Note, Day = instruction.Day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }
                : null,
        };
        var value = JsonSerializer.SerializeToUtf8Bytes(message, GatewayJson.Default.CommandMessage);
        if (await WriteAsync(_commands, id.Value, value, RecordTime).WaitAsync(cancellationToken) is { } error)
            throw new IOException($"The log did not take the command: {error.Reason}");
    }

    public void Dispose()
    {
        if (_producer.IsValueCreated)
            _producer.Value.Dispose();
    }
}
