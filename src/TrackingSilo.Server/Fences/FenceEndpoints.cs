using System.Buffers;
using System.Text.Json;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;

namespace TrackingSilo.Server.Fences;

/// <summary>Fences over HTTP, for operators.</summary>
static class FenceEndpoints
{
    public static void MapFences(this WebApplication app)
    {
        var fences = app.MapGroup("/v1/fences").WithTags("fences").AddEndpointFilter(OperatorsOnly);
        fences.MapGet("", All).WithSummary("All fences in force, as GeoJSON.");
        fences.MapPost("/reload", ReloadAsync).WithSummary("Reads the files again. If one is wrong, the answer says file, feature and reason, and the fences in force stay.");
        fences.MapPut("/{id}", PutAsync).WithSummary("Creates or replaces a fence: a GeoJSON feature. It is stored when this answers, and in force within a second.");
        fences.MapGet("/{id}", GetAsync).WithSummary("A fence that was put here.");
        fences.MapDelete("/{id}", DeleteAsync).WithSummary("Takes away a fence that was put here. Vehicles in it leave it.");
    }

    static async ValueTask<object?> OperatorsOnly(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var keys = context.HttpContext.RequestServices.GetRequiredService<ApiKeys>();
        return keys.TryFind(context.HttpContext.Request.Headers[ApiKeys.Header], out var caller) && caller.IsOperator
            ? await next(context)
            : Results.Problem(statusCode: StatusCodes.Status401Unauthorized, title: $"An operator's key in the header {ApiKeys.Header} is needed.");
    }

    static IResult All(KnowledgeSource knowledge) => GeoJson(json =>
    {
        var fences = knowledge.Current.Fences;
        json.WriteStartObject();
        json.WriteString("type", "FeatureCollection");
        json.WriteStartArray("features");
        for (var i = 0; i < fences.Count; i++)
            GeofenceFile.WriteFeature(json, fences[i]);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static async Task<IResult> ReloadAsync(FenceRegistry registry, CancellationToken cancellationToken)
        => await registry.ReadFilesAsync(cancellationToken) is { Count: > 0 } errors
            ? Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "The files are refused; the fences in force stay.", detail: string.Join("\n", errors.Take(20)))
            : Results.NoContent();

    static async Task<IResult> PutAsync(string id, HttpRequest request, FenceRegistry registry, CancellationToken cancellationToken)
    {
        if (await BodyAsync(request, cancellationToken) is not { } body)
            return Results.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, title: $"A fence has at most {Limits.FenceMaxBytes} bytes.");
        var read = GeofenceFile.ReadFeature(id, body);
        if (!read.IsRead)
            return Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "This is no fence.", detail: string.Join("\n", read.Errors));
        return await registry.SetAsync(id, read.Fences[0], cancellationToken) is { } version
            ? Results.Ok(new { id, version })
            : Results.Problem(statusCode: StatusCodes.Status409Conflict, title: $"There are {Limits.StoredFencesMax} fences already.");
    }

    static async Task<IResult> GetAsync(string id, FenceRegistry registry, CancellationToken cancellationToken)
        => await registry.FindAsync(id, cancellationToken) is { } fence ? GeoJson(json => GeofenceFile.WriteFeature(json, fence)) : Results.NotFound();

    static async Task<IResult> DeleteAsync(string id, FenceRegistry registry, CancellationToken cancellationToken)
        => await registry.SetAsync(id, null, cancellationToken) is { } version ? Results.Ok(new { id, version }) : Results.NotFound();

    static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > Limits.FenceMaxBytes)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    static IResult GeoJson(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Results.Bytes(buffer.WrittenMemory.ToArray(), "application/geo+json");
    }
}
