using System.Diagnostics;
using System.Text.RegularExpressions;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The README's commands work as they stand, in its order, in a fresh folder, and print what it says they do.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_command_of_the_README_runs_in_its_order()
    {
        using var folder = new TemporaryFolder();
        CopySample(folder.File("data/sample"));
        var commands = Commands();
        Assert.Contains(commands, command => command.Line.Contains("ingest", StringComparison.Ordinal));
        Assert.True(commands.Count >= 8, "the README's tour has shrunk");
        Assert.True(commands.Count(command => command.Answer is not null) >= 12, "the README has fewer answers than it had");
        try
        {
            foreach (var (line, answer) in commands)
            {
                var run = Shell(folder.Path, line);
                Assert.True(run.ExitCode == 0, $"{line}\nreturned {run.ExitCode}: {run.Error}{run.Out}");
                if (answer is not null) Assert.Equal(answer, run.Out);
            }

            var counts = Shell(folder.Path, "scripts/hybrid sql --output csv \"select count(*) q, (select count(*) from trades) t from quotes\"");
            Assert.Equal("q,t\n575589,107131\n", counts.Out);
        }
        finally
        {
            new HybridProgram(folder.File("data")).DeleteHot();
        }
    }

    /// <summary>The commands; behind the last one of a block its answer, where a block of text follows.</summary>
    private static List<(string Line, string? Answer)> Commands()
    {
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        var commands = new List<(string Line, string? Answer)>();
        foreach (Match block in ShellBlock().Matches(readme))
        {
            var answer = block.Groups[2].Success ? block.Groups[2].Value : null;
            commands.AddRange(block.Groups[1].Value.Split('\n').Where(line => line.StartsWith("scripts/hybrid ", StringComparison.Ordinal)).Select(line => (line, (string?)null)));
            if (answer is not null) commands[^1] = (commands[^1].Line, answer);
        }

        return commands;
    }

    private static ProgramRun Shell(string folder, string command)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "hybrid");
        var start = new ProcessStartInfo("sh", ["-c", command.Replace("scripts/hybrid", $"'{program}'", StringComparison.Ordinal)])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in (string[])["HYBRID_STORE", "HYBRID_PG"]) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static void CopySample(string target)
    {
        var source = Path.Combine(SourceTree.Root, "data", "sample");
        foreach (var file in Directory.EnumerateFiles(source, "*.gz", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex("```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
