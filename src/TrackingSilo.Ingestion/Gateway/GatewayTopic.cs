using Confluent.Kafka;
using Microsoft.AspNetCore.Http;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Reports;
using TrackingSilo.Ingestion.Decoding;

namespace TrackingSilo.Ingestion.Gateway;

/// <summary>One topic's way in over HTTP: checks each line as its consumer would, and writes those that pass.</summary>
sealed class GatewayTopic(string topic, MessageDecoder decoder, GatewayProducer producer, ApiKeys keys, GatewayAdmission admission, IngestionCounters counters)
{
    const string Json = "application/json";
    const string Lines = "application/x-ndjson";

    public async Task<IResult> PostAsync(HttpContext context)
    {
        counters.GatewayRequests.Add();
        if (!keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller))
            return Problem(StatusCodes.Status401Unauthorized, $"A valid {ApiKeys.Header} is needed.");
        if (!TryGetForm(context.Request, out var manyLines))
            return Problem(StatusCodes.Status415UnsupportedMediaType, $"The body must be {Json} (one object) or {Lines} (one a line), in UTF-8 and not compressed.");
        if (!admission.TryEnter())
            return Busy(context);
        using var body = new GatewayBody(admission);
        switch (await body.ReadAsync(context.Request.BodyReader, context.Request.ContentLength, context.RequestAborted))
        {
            case BodyResult.TooLong:
                return Problem(StatusCodes.Status413PayloadTooLarge, $"A body may have {Limits.GatewayBodyMaxBytes} bytes. Nothing of it was taken.");
            case BodyResult.NoRoom:
                return Busy(context);
        }
        var lines = manyLines ? SplitLines(body.Bytes) : [new BodyLine(1, 0, body.Length)];
        if (lines.Count > Limits.GatewayLinesMax)
            return Problem(StatusCodes.Status413PayloadTooLarge, $"A body may have {Limits.GatewayLinesMax} lines. Nothing of it was taken.");
        if (lines.Count == 0 || body.Length == 0)
            return Problem(StatusCodes.Status400BadRequest, "The body is empty.");
        var results = Write(lines, body.Bytes, caller);
        return await AnswerAsync(results);
    }

    PendingLine[] Write(List<BodyLine> lines, ReadOnlySpan<byte> body, Caller caller)
    {
        var recordTime = producer.RecordTime;
        var pending = new PendingLine[lines.Count];
        for (var i = 0; i < pending.Length; i++)
        {
            var value = body.Slice(lines[i].Start, lines[i].Length);
            var decoded = decoder.Decode(value, 0, recordTime);
            if (!decoded.IsRefused && !caller.SpeaksFor(CarrierOf(decoded.Report.Key)))
                decoded = Decoded.Refuse(RefusalReason.NotYours, "the key speaks for another carrier");
            pending[i] = new PendingLine(lines[i].Number, decoded, decoded.IsRefused ? null : producer.WriteAsync(topic, decoded.Report.Key, value.ToArray(), recordTime));
        }
        return pending;
    }

    async Task<IResult> AnswerAsync(PendingLine[] pending)
    {
        var answers = new GatewayLine[pending.Length];
        var counts = new int[Enum.GetValues<GatewayResult>().Length];
        for (var i = 0; i < pending.Length; i++)
        {
            var (result, reason, detail) = await OutcomeAsync(pending[i]);
            answers[i] = new GatewayLine(pending[i].Number, result.Code(), reason?.Code(), detail);
            counters.Lines(result).Add();
            counts[(int)result]++;
        }
        var answer = new GatewayAnswer(
            counts[(int)GatewayResult.Accepted], counts[(int)GatewayResult.Refused], counts[(int)GatewayResult.Unknown], answers);
        return TypedResults.Json(answer, GatewayJson.Default.GatewayAnswer, statusCode: StatusCodes.Status202Accepted);
    }

    static async ValueTask<(GatewayResult Result, RefusalReason? Reason, string? Detail)> OutcomeAsync(PendingLine line)
    {
        if (line.Written is not { } written)
            return (GatewayResult.Refused, line.Decoded.Reason, line.Decoded.Detail);
        return await written switch
        {
            null => (GatewayResult.Accepted, null, null),
            { Code: ErrorCode.MsgSizeTooLarge } => (GatewayResult.Refused, RefusalReason.TooLarge, "the log takes no record of this size"),
            _ => (GatewayResult.Unknown, null, "the log did not acknowledge it; send it again"),
        };
    }

    static bool TryGetForm(HttpRequest request, out bool manyLines)
    {
        manyLines = false;
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || request.Headers.ContentEncoding.Count > 0)
            return false;
        manyLines = type.MediaType.Equals(Lines, StringComparison.OrdinalIgnoreCase);
        return (manyLines || type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
            && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    // One more than is allowed is enough to know.
    static List<BodyLine> SplitLines(ReadOnlySpan<byte> body)
    {
        var lines = new List<BodyLine>();
        var start = 0;
        for (var number = 1; start < body.Length && lines.Count <= Limits.GatewayLinesMax; number++)
        {
            var length = body[start..].IndexOf((byte)'\n');
            if (length < 0)
                length = body.Length - start;
            if (body.Slice(start, length).ContainsAnyExcept(" \t\r"u8))
                lines.Add(new BodyLine(number, start, length));
            start += length + 1;
        }
        return lines;
    }

    static string CarrierOf(string key) => key[..key.IndexOf('/', StringComparison.Ordinal)];

    static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

    static IResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Problem(StatusCodes.Status429TooManyRequests, "Too much is under way. Nothing of this was taken; send it again.");
    }

    readonly record struct BodyLine(int Number, int Start, int Length);

    readonly record struct PendingLine(int Number, Decoded Decoded, Task<Error?>? Written);
}
