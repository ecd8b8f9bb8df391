using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace TrackingSilo.LoadTests.Measuring;

/// <summary>
/// One run of a load test: its options, its progress (on standard error), its words and tables (on standard output, as Markdown), and its result, one JSON object
/// on the last line. With <c>--save</c> all that went to standard output is kept in <c>loadtests/results/NAME.md</c>, headed by machine and commit.
/// </summary>
public sealed class LoadTest
{
    static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly StringBuilder _page = new();
    readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    readonly ParseResult _options;
    readonly int? _seconds;

    LoadTest(ParseResult options, int? seconds) => (_options, _seconds) = (options, seconds);

    /// <summary>Parses <paramref name="args"/>, measures, prints and perhaps keeps the result. Returns the exit code: 1 if the measurement failed.</summary>
    /// <param name="measure">Returns what the last line shall say; its properties become camelCase.</param>
    public static async Task<int> RunAsync(string name, string summary, string[] args, Func<LoadTest, Task<object>> measure, params Option[] options)
    {
        var seconds = new Option<int?>("--seconds") { Description = "How long each measurement lasts" };
        var save = new Option<bool>("--save") { Description = $"Keep the result in loadtests/results/{name}.md" };
        var command = new RootCommand(summary) { seconds, save };
        foreach (var option in options)
            command.Add(option);

        command.SetAction(async parsed =>
        {
            var test = new LoadTest(parsed, parsed.GetValue(seconds));
            test.Say($"{Machine.Describe()}, commit {Machine.Commit()}");
            test.Say("");
            var result = JsonSerializer.Serialize(await measure(test), OneLine);
            if (parsed.GetValue(save))
                test.Save(name, summary, result);
            Console.WriteLine(result);
        });
        return await command.Parse(args).InvokeAsync();
    }

    /// <summary>How long one measurement shall last: <c>--seconds</c>, or what this load test needs for a figure that can be relied on.</summary>
    public TimeSpan Duration(int defaultSeconds) => TimeSpan.FromSeconds(_seconds ?? defaultSeconds);

    /// <summary>What the command line gave for one of this load test's own options.</summary>
    public T? Value<T>(Option<T> option) => _options.GetValue(option);

    /// <summary>A line of Markdown for the reader and for the page that is kept.</summary>
    public void Say(string line)
    {
        Console.WriteLine(line);
        _page.AppendLine(line);
    }

    /// <summary>A Markdown table. Cells are formatted with the invariant culture.</summary>
    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<object>> rows)
    {
        Say($"| {string.Join(" | ", headings)} |");
        Say($"|{string.Concat(headings.Select(_ => " --- |"))}");
        foreach (var row in rows)
            Say($"| {string.Join(" | ", row.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)))} |");
        Say("");
    }

    /// <summary>Runs <paramref name="work"/> under a progress bar on standard error; the work reports the share that is done, 0 to 1.</summary>
    public async Task<T> ProgressAsync<T>(string what, Func<IProgress<double>, Task<T>> work) =>
        await _console.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).StartAsync(async context =>
        {
            var task = context.AddTask(Markup.Escape(what), maxValue: 1);
            var result = await work(new Share(task));
            task.Value = 1;
            return result;
        });

    void Save(string name, string summary, string result)
    {
        var folder = Path.Combine(Machine.Checkout(), "loadtests", "results");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.md"), $"# {name}\n\n{summary}\n\n{_page}\n```json\n{result}\n```\n");
    }

    /// <summary>Reports at once: <see cref="Progress{T}"/> would post to a context that a console program lacks.</summary>
    sealed class Share(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
