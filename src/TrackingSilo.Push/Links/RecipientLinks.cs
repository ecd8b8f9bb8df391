using Microsoft.Extensions.Options;
using TrackingSilo.Domain.Shipments;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Push.Links;

/// <summary>Links for whoever waits for a shipment: by the API, and for messages about its milestones.</summary>
sealed class RecipientLinks(TrackingLinks links, ITrackingEngine engine, PushStatistics statistics, IOptions<PushOptions> options)
{
    const LinkScopes LookAndInstruct = LinkScopes.Look | LinkScopes.Instruct;

    /// <summary>As <see cref="TrackingLinkIssuer"/>.</summary>
    public async ValueTask<Uri?> IssueAsync(ShipmentId id, CancellationToken cancellationToken)
    {
        if (options.Value.PublicUrl is not { } site)
            return null;
        var answer = await engine.FollowAsync(id, default, Viewer.Recipient, watchedUntil: null, cancellationToken);
        return answer.Result is FollowResult.Unknown or FollowResult.NotYet
            ? null
            : new Uri(UrlOf(Issue(id, answer.LinkEpoch, LookAndInstruct, options.Value.LinkDays), site.ToString()));
    }

    public IssuedLink Issue(ShipmentId id, int epoch, LinkScopes scopes, int days)
    {
        var link = links.Issue(id, epoch, scopes, TimeSpan.FromDays(days));
        statistics.LinkIssued();
        return link;
    }

    /// <param name="site">Address of this server as visitors know it.</param>
    public static string UrlOf(IssuedLink link, string site) => $"{site.TrimEnd('/')}/t/{link.Text}";
}
