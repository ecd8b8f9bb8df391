using TrackingSilo.Engine.Reports;

namespace TrackingSilo.Ingestion.Decoding;

/// <summary>What became of a record's bytes: a report, or a refusal that says in words what is wrong.</summary>
public readonly record struct Decoded
{
    /// <summary>Meaningful only when nothing was refused.</summary>
    public Report Report { get; private init; }

    /// <summary>Meaningful only when <see cref="IsRefused"/>.</summary>
    public RefusalReason Reason { get; private init; }

    /// <summary>Names the property that is wrong, never its value: it may be personal data. Null: accepted.</summary>
    public string? Detail { get; private init; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Detail))]
    public bool IsRefused => Detail is not null;

    public static Decoded Accept(in Report report) => new() { Report = report };

    public static Decoded Refuse(RefusalReason reason, string detail) => new() { Reason = reason, Detail = detail };
}
