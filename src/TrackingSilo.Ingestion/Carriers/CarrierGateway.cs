using System.Security.Cryptography;
using Confluent.Kafka;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Gateway;
using TrackingSilo.Ingestion.Refused;
using TrackingSilo.Kafka;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>
/// The way in for payloads in carriers' own forms: reads the events as the carrier's file says and writes them as scans into the log. What cannot be read goes, as it came, to the
/// refused topic: those who send webhooks do not look at answers.
/// </summary>
sealed class CarrierGateway(
    CarrierFiles carriers, CarrierSecrets secrets, ApiKeys keys, GatewayAdmission admission, GatewayProducer producer, RefusedTopic refused, KafkaSettings settings,
    IngestionCounters counters)
{
    static readonly string[] s_types = ["application/json", "application/ld+json", "application/xml", "text/xml", "application/soap+xml"];

    /// <summary><c>POST /v1/carriers/{carrier}/events</c>.</summary>
    public async Task<IResult> PostAsync(HttpContext context, string carrier)
    {
        counters.GatewayRequests.Add();
        // Nobody learns without a key or a secret which carriers there are.
        var file = carriers.Find(carrier);
        var caller = keys.TryFind(context.Request.Headers[ApiKeys.Header], out var known) ? known : (Caller?)null;
        var secret = file?.Signature is null ? null : secrets.Of(carrier);
        if (caller?.SpeaksFor(carrier) != true && secret is null)
            return Problem(StatusCodes.Status401Unauthorized, $"A valid {ApiKeys.Header} of this carrier, or its signature, is needed.");
        if (file?.Payload is not { } layout)
            return Problem(StatusCodes.Status404NotFound, $"No file says how '{carrier}' writes its events.");
        if (!HasGoodType(context.Request))
            return Problem(StatusCodes.Status415UnsupportedMediaType, $"The body must be one of {string.Join(", ", s_types)}, not compressed.");
        if (!admission.TryEnter())
            return Busy(context);
        using var body = new GatewayBody(admission, Limits.CarrierPayloadMaxBytes);
        switch (await body.ReadAsync(context.Request.BodyReader, context.Request.ContentLength, context.RequestAborted))
        {
            case BodyResult.TooLong:
                return Problem(StatusCodes.Status413PayloadTooLarge, $"A payload may have {Limits.CarrierPayloadMaxBytes} bytes. Nothing of it was taken.");
            case BodyResult.NoRoom:
                return Busy(context);
        }
        if (caller?.SpeaksFor(carrier) != true && !file.Signature!.Verifies(body.Bytes, context.Request.Headers[file.Signature.Header], secret!))
            return Problem(StatusCodes.Status401Unauthorized, $"The signature in {file.Signature.Header} is not that of this payload.");
        return await TakeAsync(file, body.Bytes.ToArray(), context.Request.Query["trackingNumber"], context.RequestAborted);
    }

    async Task<IResult> TakeAsync(CarrierFile file, byte[] payload, string? trackingNumber, CancellationToken cancellationToken)
    {
        var recordTime = producer.RecordTime;
        IReadOnlyList<CarrierEvent> events;
        try
        {
            events = new CarrierPayload(file, carriers, recordTime).Read(payload, trackingNumber);
        }
        catch (PayloadException e)
        {
            return await RefuseAsync(file, payload, e.Message, cancellationToken);
        }
        if (events.Count == 0)
            return await RefuseAsync(file, payload, $"no event of {file.Name} is in it", cancellationToken);
        var written = new Task<Error?>?[events.Count];
        for (var i = 0; i < written.Length; i++)
        {
            if (events[i].Scan is not null)
                written[i] = producer.WriteAsync(settings.Topics.Scans, events[i].Shipment.Value, events[i].ToMessage(), recordTime);
        }
        if (events.FirstOrDefault(one => one.Scan is null) is { } bad && !await KeepAsync(file, payload, bad.Refused, bad.Detail!, cancellationToken))
            return NotKept();
        return await AnswerAsync(events, written);
    }

    async Task<IResult> AnswerAsync(IReadOnlyList<CarrierEvent> events, Task<Error?>?[] written)
    {
        var lines = new GatewayLine[events.Count];
        var counts = new int[Enum.GetValues<GatewayResult>().Length];
        for (var i = 0; i < lines.Length; i++)
        {
            var result = written[i] is not { } task ? GatewayResult.Refused : await task is null ? GatewayResult.Accepted : GatewayResult.Unknown;
            counts[(int)result]++;
            counters.Lines(result).Add();
            lines[i] = new GatewayLine(
                i + 1, result.Code(), result == GatewayResult.Refused ? events[i].Refused.Code() : null,
                result == GatewayResult.Unknown ? "the log did not acknowledge it; send it again" : events[i].Detail);
        }
        var answer = new GatewayAnswer(
            counts[(int)GatewayResult.Accepted], counts[(int)GatewayResult.Refused], counts[(int)GatewayResult.Unknown], lines);
        // An aggregator sends again what is not answered by a success: that is what should happen with the unknown ones.
        return TypedResults.Json(answer, GatewayJson.Default.GatewayAnswer,
            statusCode: answer.Unknown > 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status202Accepted);
    }

    async Task<IResult> RefuseAsync(CarrierFile file, byte[] payload, string detail, CancellationToken cancellationToken)
    {
        counters.Lines(GatewayResult.Refused).Add();
        return await KeepAsync(file, payload, RefusalReason.BadPayload, detail, cancellationToken)
            ? Problem(StatusCodes.Status422UnprocessableEntity, detail)
            : NotKept();
    }

    async Task<bool> KeepAsync(CarrierFile file, byte[] payload, RefusalReason reason, string detail, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Limits.GatewayLogTimeout);
        try
        {
            await refused.WriteAsync(
                [
                    new RefusedRecord
                    {
                        Topic = $"http/carriers/{file.Carrier}", Partition = -1, Offset = -1, Key = [], Value = payload[..Math.Min(payload.Length, Limits.RefusedMaxBytes)],
                        Length = payload.Length, Sha256 = SHA256.HashData(payload), Reason = reason, Detail = detail,
                    },
                ],
                patience.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // the log is not there: whoever sent it keeps it
        }
    }

    static IResult NotKept() => Problem(StatusCodes.Status503ServiceUnavailable, "The log did not answer. Send it again: a double does no harm.");

    // What the body says it is does not matter: the carrier's file says how to read it. But a compressed or unheard-of form is not tried.
    static bool HasGoodType(HttpRequest request)
        => request.Headers.ContentEncoding.Count == 0 && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && s_types.Any(good => type.MediaType.Equals(good, StringComparison.OrdinalIgnoreCase));

    static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    static IResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem(StatusCodes.Status429TooManyRequests, "Too much is under way. Nothing of this was taken; send it again.");
    }
}
