using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace TrackingSilo.Push.Tests.Browser;

/// <summary>
/// axe-core, from npm, once: into the folder of the build. Where npm is missing or cannot fetch it, what is left is a check of our own that every control has a name; the output says so.
/// </summary>
static class Axe
{
    const string Package = "axe-core@4.14.1";

    const string Names = """
        () => [...document.querySelectorAll("button, input, a, summary")]
          .filter(e => !(e.labels?.length || e.getAttribute("aria-label") || e.title || e.textContent.trim()))
          .map(e => `no name: ${e.outerHTML.slice(0, 120)}`)
        """;

    static readonly Lazy<Task<string?>> s_source = new(FetchAsync);

    public static async Task AssertNothingAsync(IPage page, ITestOutputHelper output)
    {
        if (await s_source.Value is not { } source)
        {
            output.WriteLine($"{Package} could not be installed: only the names of controls were checked.");
            Assert.Empty(await page.EvaluateAsync<string[]>(Names));
            return;
        }
        await page.EvaluateAsync(source);
        var violations = await page.EvaluateAsync<JsonElement>("() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(result => result.violations)");
        var found = violations.EnumerateArray().SelectMany(violation => violation.GetProperty("nodes").EnumerateArray()
            .Select(node => $"{violation.GetProperty("id")}: {node.GetProperty("html")} {node.GetProperty("failureSummary")}"));
        Assert.Empty(found);
    }

    static async Task<string?> FetchAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(script))
        {
            try
            {
                var start = new ProcessStartInfo("npm") { WorkingDirectory = AppContext.BaseDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
                foreach (var argument in (string[])["install", "--prefix", AppContext.BaseDirectory, "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", Package])
                    start.ArgumentList.Add(argument);
                using var npm = Process.Start(start)!;
                await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync(), npm.WaitForExitAsync());
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // No npm here.
                return null;
            }
        }
        return File.Exists(script) ? await File.ReadAllTextAsync(script) : null;
    }
}
