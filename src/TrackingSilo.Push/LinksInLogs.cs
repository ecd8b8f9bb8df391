using Microsoft.Extensions.Logging;

namespace TrackingSilo.Push;

/// <summary>
/// Keeps tracking links out of the log, whatever the settings ask for: the framework writes request paths (as messages, and as a scope around every other message) and, at its finest levels, the
/// arguments of hub calls.
/// </summary>
static class LinksInLogs
{
    static readonly (string Category, LogLevel Least)[] s_floors =
    [
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None),
        ("Microsoft.AspNetCore.Server.Kestrel.BadRequests", LogLevel.Warning),
        ("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information),
        ("Microsoft.AspNetCore.Routing", LogLevel.Information),
        ("Microsoft.AspNetCore.SignalR", LogLevel.Information),
        ("Microsoft.AspNetCore.Http", LogLevel.Information),
        ("Microsoft.AspNetCore.HttpOverrides", LogLevel.Information),
    ];

    public static void Hide(LoggerFilterOptions options)
    {
        // A rule for one provider goes before all that name none, so each provider that has rules needs its own.
        var asked = options.Rules.ToArray();
        foreach (var provider in asked.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            foreach (var (category, least) in s_floors)
            {
                var level = Asked(asked, provider, category) ?? Asked(asked, null, category) ?? options.MinLevel;
                options.Rules.Add(new LoggerFilterRule(provider, category, level > least ? level : least, filter: null));
            }
        }
        // Rules for categories within these would win over them.
        foreach (var rule in asked.Where(rule => s_floors.Any(floor => IsWithin(rule.CategoryName, floor.Category))))
            options.Rules.Remove(rule);
    }

    /// <summary>The level that the settings give a category: by the longest of the names that it begins with.</summary>
    static LogLevel? Asked(LoggerFilterRule[] rules, string? provider, string category)
        => rules.Where(rule => rule.ProviderName == provider && rule.LogLevel is not null && IsWithin(category, rule.CategoryName))
            .OrderByDescending(rule => rule.CategoryName?.Length ?? 0)
            .FirstOrDefault()?.LogLevel;

    static bool IsWithin(string? category, string? name)
        => name is null || category?.StartsWith(name, StringComparison.OrdinalIgnoreCase) == true;
}
