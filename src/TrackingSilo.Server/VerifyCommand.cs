using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Engine.Snapshots;
using TrackingSilo.Storage;

namespace TrackingSilo.Server;

/// <summary>
/// <c>server verify [--facts] [settings]</c>: one hash over the facts in the store (<see cref="ActorFacts"/>). Two stores that were filled from the same log, whatever
/// happened on the way, give the same. With <c>--facts</c> it prints the facts themselves before, one line an actor, to be compared.
/// </summary>
static class VerifyCommand
{
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var configuration = WebApplication.CreateBuilder([.. args.Where(argument => argument != "--facts")]).Configuration;
        try
        {
            await using var services = new ServiceCollection().AddTrackingStore(configuration).BuildServiceProvider();
            var store = services.GetRequiredService<ITrackingStore>();
            await store.OpenToLookAsync(CancellationToken.None);
            using var sum = new FactsSum(args.Contains("--facts") ? output : null);
            var shipments = await sum.AddAllAsync(store, ActorKind.Shipment);
            var vehicles = await sum.AddAllAsync(store, ActorKind.Vehicle);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sum.Hash()} {shipments} shipments {vehicles} vehicles {sum.Reports} reports"));
            return 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or InvalidDataException or IOException)
        {
            await errors.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    sealed class FactsSum(TextWriter? lines) : IDisposable
    {
        readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        readonly ArrayBufferWriter<byte> _buffer = new();

        /// <summary>What all actors together have applied.</summary>
        public long Reports { get; private set; }

        public async Task<long> AddAllAsync(ITrackingStore store, ActorKind kind)
        {
            var count = 0L;
            var after = "";
            while (true)
            {
                var page = await store.PageAsync(kind, after, Limits.VerifyPage, CancellationToken.None);
                foreach (var snapshot in page)
                    count += Add(snapshot) ? 1 : 0;
                if (page.Count < Limits.VerifyPage)
                    return count;
                after = page[^1].Key;
            }
        }

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public void Dispose() => _hash.Dispose();

        bool Add(in ActorSnapshot snapshot)
        {
            _buffer.ResetWrittenCount();
            try
            {
                using var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
                var reports = ActorFacts.Write(snapshot, json);
                if (reports == 0)
                    return false;
                Reports += reports;
            }
            catch (InvalidDataException damaged)
            {
                throw new InvalidDataException($"{snapshot.Kind} {snapshot.Key} in the store cannot be read: {damaged.Message}", damaged);
            }
            _buffer.Write("\n"u8);
            _hash.AppendData(_buffer.WrittenSpan);
            lines?.Write(System.Text.Encoding.UTF8.GetString(_buffer.WrittenSpan));
            return true;
        }
    }
}
