using System.Globalization;
using System.Reflection;
using TrackingSilo.Engine.Ports;

namespace TrackingSilo.Storage;

/// <summary>One step of a schema: <c>001_first.sql</c> brings a store to version 1. Steps only go forward, and one that was released never changes.</summary>
sealed record Migration(int Version, string Sql)
{
    /// <summary>All steps of one kind of store, in order; they lie beside it, in its folder <c>Migrations</c>.</summary>
    public static IReadOnlyList<Migration> Of(string store)
    {
        var assembly = typeof(Migration).Assembly;
        var migrations = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(store + "/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(Number(name[(store.Length + 1)..]), Read(assembly, name)))
            .ToArray();
        for (var i = 0; i < migrations.Length; i++)
        {
            if (migrations[i].Version != i + 1)
                throw new InvalidOperationException($"The {store} migrations are not numbered 1, 2, 3 …: {migrations[i].Version} stands at {i + 1}.");
        }
        return migrations;
    }

    public static StoreTooNewException TooNew(string store, int version, int known)
        => new($"{store} has schema version {version}, written by a later version of this program, which knows versions up to {known}. "
            + "Start that later version, or restore a backup from before it ran.");

    static int Number(string file) => int.Parse(file[..file.IndexOf('_', StringComparison.Ordinal)], CultureInfo.InvariantCulture);

    static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
