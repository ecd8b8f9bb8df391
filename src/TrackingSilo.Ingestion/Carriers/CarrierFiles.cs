using System.Collections.Frozen;
using TrackingSilo.Ingestion.Vocabularies;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>All carriers that have a file. Read once, at the start.</summary>
public sealed class CarrierFiles
{
    /// <summary>Longer numbers are no carrier's; the longest of the known forms has 39 characters.</summary>
    const int NumberMax = 64;

    readonly FrozenDictionary<string, CarrierFile> _byCarrier;

    CarrierFiles(IEnumerable<CarrierFile> files)
    {
        _byCarrier = files.ToFrozenDictionary(file => file.Carrier, StringComparer.Ordinal);
        Vocabularies = new CarrierVocabularies(_byCarrier.Values
            // A file that has only numbers says nothing about codes.
            .Where(file => !file.Vocabulary.IsEmpty)
            .Select(file => KeyValuePair.Create(file.Carrier, file.Vocabulary)));
    }

    /// <summary>The files that come with the program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "carriers");

    public CarrierVocabularies Vocabularies { get; }

    public IEnumerable<CarrierFile> All => _byCarrier.Values.OrderBy(file => file.Carrier, StringComparer.Ordinal);

    public CarrierFile? Find(string carrier) => _byCarrier.GetValueOrDefault(carrier);

    /// <summary>Reads every <c>*.yaml</c> of a folder.</summary>
    /// <exception cref="CarrierFileException">One of them will not do.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static CarrierFiles Load(string folder)
    {
        var files = new Dictionary<string, CarrierFile>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            using var text = new StreamReader(path);
            var file = CarrierFileReader.Read(name, text);
            if (!files.TryAdd(file.Carrier, file))
                throw new CarrierFileException(name, 1, $"another file describes '{file.Carrier}', too");
        }
        return new CarrierFiles(files.Values);
    }

    /// <summary>Whose number this can be: all carriers that have a form which it fits, in the order of their slugs. Blanks and case do not count.</summary>
    public IReadOnlyList<NumberCandidate> Recognise(string number)
    {
        var written = string.Concat(number.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();
        if (written.Length is 0 or > NumberMax)
            return [];
        return [.. All.SelectMany(file => file.Numbers.Where(format => format.Fits(written)).Select(format => new NumberCandidate(file.Carrier, format.Name)))];
    }
}

/// <summary>A carrier that a tracking number can be of, and the form that it fits.</summary>
public readonly record struct NumberCandidate(string Carrier, string Format);
