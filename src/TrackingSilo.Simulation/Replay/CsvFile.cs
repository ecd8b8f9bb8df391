using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace TrackingSilo.Simulation.Replay;

/// <summary>Reads CSV as RFC 4180 has it (quoted values may hold commas, quotes and line ends), also from <c>.gz</c>. The first row names the columns.</summary>
sealed class CsvFile : IDisposable
{
    readonly string _path;
    readonly StreamReader _reader;
    readonly StringBuilder _value = new();
    readonly Dictionary<string, int> _columns;
    List<string> _row = [];

    public CsvFile(string path)
    {
        _path = path;
        _reader = new StreamReader(Open(path));
        Line = 0;
        if (!Next())
            throw new ReplayException($"{path}: the file is empty");
        _columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _row.Count; i++)
            _columns.TryAdd(_row[i].Trim(), i);
    }

    /// <summary>Number of the present row's last line.</summary>
    public int Line { get; private set; }

    public void Dispose() => _reader.Dispose();

    /// <summary>Opens a file, unpacking it where its name ends so.</summary>
    public static Stream Open(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReplayException($"{path}: {e.Message}");
        }
    }

    /// <summary>The place of a column; −1 for null.</summary>
    public int Column(string? name)
        => name is null ? -1
            : _columns.TryGetValue(name, out var index) ? index
            : throw new ReplayException($"{_path}:1: there is no column '{name}'; there are {string.Join(", ", _columns.Keys)}");

    /// <summary>A value of the present row; empty where the row is too short or the column is −1.</summary>
    public string Value(int column) => column >= 0 && column < _row.Count ? _row[column] : "";

    /// <summary>Moves to the next row; false at the end.</summary>
    public bool Next()
    {
        try
        {
            return Read();
        }
        catch (InvalidDataException e)
        {
            throw new ReplayException(string.Create(CultureInfo.InvariantCulture, $"{_path}:{Line}: {e.Message}"));
        }
    }

    bool Read()
    {
        _row = new List<string>(_row.Count);
        var quoted = false;
        var any = false;
        _value.Clear();
        while (_reader.Read() is var read and >= 0)
        {
            var c = (char)read;
            any = true;
            if (quoted)
            {
                Line += c == '\n' ? 1 : 0;
                if (c != '"')
                    _value.Append(c);
                else if (_reader.Peek() == '"')
                    _value.Append((char)_reader.Read());
                else
                    quoted = false;
                continue;
            }
            switch (c)
            {
                case '"' when _value.Length == 0:
                    quoted = true;
                    break;
                case ',':
                    EndValue();
                    break;
                case '\n':
                    Line++;
                    EndValue();
                    return true;
                case '\r' when _reader.Peek() == '\n':
                    break;
                default:
                    _value.Append(c);
                    break;
            }
        }
        if (!any)
            return false;
        Line++;
        EndValue();
        return true;
    }

    void EndValue()
    {
        _row.Add(_value.ToString());
        _value.Clear();
    }
}
