using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NetTopologySuite.Geometries;
using TrackingSilo.Domain.Geofences;
using TrackingSilo.Domain.Vehicles;
using TrackingSilo.Engine;
using TrackingSilo.Engine.Access;
using TrackingSilo.Engine.Ports;
using TrackingSilo.Push.Links;
using TrackingSilo.Push.Wire;

namespace TrackingSilo.Push.Fleet;

/// <summary>What the fleet page asks for beside what it is sent: the fences, and a vehicle's tour. For operators.</summary>
static class FleetEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var fleet = routes.MapGroup("/fleet").ExcludeFromDescription();
        fleet.MapGet("/fences", (HttpContext context, ApiKeys keys, LinkFailures failures, KnowledgeSource knowledge)
            => Refused(context, keys, failures) ?? Results.Json(Fences(knowledge.Current.Fences), WireView.Json));
        fleet.MapGet("/vehicles/{carrier}/{name}/route", RouteAsync);
    }

    static async Task<IResult> RouteAsync(string carrier, string name, HttpContext context, ApiKeys keys, LinkFailures failures, ITrackingEngine engine)
    {
        if (Refused(context, keys, failures) is { } refused)
            return refused;
        return VehicleId.TryCreate(carrier, name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), out var id) && await engine.RouteAsync(id, context.RequestAborted) is { } route
            ? Results.Json(route, WireView.Json)
            : Results.NoContent();
    }

    static IResult? Refused(HttpContext context, ApiKeys keys, LinkFailures failures)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (keys.TryFind(context.Request.Headers[ApiKeys.Header], out var caller) && caller.IsOperator)
            return null;
        return Results.StatusCode(failures.TryCount(context.Connection.RemoteIpAddress) ? StatusCodes.Status401Unauthorized : StatusCodes.Status429TooManyRequests);
    }

    static IEnumerable<DrawnFence> Fences(GeofenceIndex fences)
        => Enumerable.Range(0, Math.Min(fences.Count, Limits.FleetFencesMax)).Select(ordinal => Drawn(fences[ordinal]));

    static DrawnFence Drawn(Geofence fence) => new(fence.Id, fence.Name, fence.Kind)
    {
        Areas = fence.Area is null ? null : [.. Enumerable.Range(0, fence.Area.NumGeometries).Select(part => Rings((Polygon)fence.Area.GetGeometryN(part)))],
        Circle = fence.RadiusMetres > 0 ? [fence.Centre.Latitude, fence.Centre.Longitude, fence.RadiusMetres] : null,
        Line = fence.Line.IsEmpty ? null : [.. fence.Line.Select(place => (double[])[place.Latitude, place.Longitude])],
        WidthMetres = fence.WidthMetres > 0 ? fence.WidthMetres : null,
    };

    // Outline first, then holes, as maps draw them.
    static double[][][] Rings(Polygon polygon)
        => [.. polygon.InteriorRings.Prepend(polygon.ExteriorRing).Select(ring => ring.Coordinates.Select(corner => (double[])[Math.Round(corner.Y, 6), Math.Round(corner.X, 6)]).ToArray())];

    sealed record DrawnFence(string Id, string Name, GeofenceKind Kind)
    {
        public double[][][][]? Areas { get; init; }

        /// <summary>Latitude, longitude, metres.</summary>
        public double[]? Circle { get; init; }

        public double[][]? Line { get; init; }

        public double? WidthMetres { get; init; }
    }
}
