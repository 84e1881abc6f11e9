using System.Globalization;
using System.Text.Json;
using HybridStore.Tests.Lake;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests;

public sealed class StoreLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_adds_one_line_of_JSON_and_none_where_there_is_no_store()
    {
        new StoreLog(new StorePaths(_folder.File("nowhere")), TimeProvider.System).Write("x", _ => { });
        Assert.False(Directory.Exists(_folder.File("nowhere")));
        var log = new StoreLog(new StorePaths(_folder.Path), TimeProvider.System);
        log.Write("commit", entry => entry.WriteString("dataset", "line\nbreak"));
        log.Write("commit", entry => entry.WriteNumber("version", 7));
        var lines = File.ReadAllLines(_folder.File("log/hybrid.ndjson")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("line\nbreak", lines[0].GetProperty("dataset").GetString());
        Assert.Equal((7, "commit"), (lines[1].GetProperty("version").GetInt32(), lines[1].GetProperty("event").GetString()));
        Assert.All(lines, line => Assert.True(line.GetProperty("time").TryGetDateTimeOffset(out _)));
    }

    [Fact]
    public void Write_by_many_threads_mixes_no_lines_and_keeps_a_bounded_number_of_files()
    {
        var log = new StoreLog(new StorePaths(_folder.Path), TimeProvider.System);
        var text = new string('x', 20_000);
        Parallel.For(0, 1_500, new ParallelOptions { MaxDegreeOfParallelism = 3 }, _ => log.Write("big", entry => entry.WriteString("text", text)));
        var files = Directory.GetFiles(_folder.File("log"), "*.ndjson");
        Assert.Equal(4, files.Length);
        Assert.All(files, file => Assert.InRange(new FileInfo(file).Length, 1, 16 << 20));
        Assert.All(files.SelectMany(File.ReadLines), line => Assert.EndsWith("xxx\"}", line));
    }

    /// <summary>Lengths differ: what one process writes at an end that it remembers would leave pieces of the longer line of another.</summary>
    [Fact]
    public async Task Processes_that_write_at_a_time_lose_and_mix_no_lines_also_while_the_file_is_renamed()
    {
        const int processes = 3;
        var children = Enumerable.Range(0, processes)
            .Select(number => ChildTest.Start(typeof(StoreLogTests), nameof(Write_in_a_child), (StoreVariable, _folder.Path), (NumberVariable, $"{number}"))).ToList();
        await Eventually.IsTrueAsync("all processes have begun", () => Task.FromResult(Enumerable.Range(0, processes).All(number => File.Exists(_folder.File($"begun{number}")))));
        File.WriteAllText(_folder.File("go"), "");
        Assert.All(children, child => Assert.Equal(0, ChildTest.Finish(child).ExitCode));

        var files = Directory.GetFiles(_folder.File("log"), "*.ndjson");
        Assert.InRange(files.Length, 2, 4);
        var written = files.SelectMany(File.ReadLines).Select(Read).ToList();
        var expected = from process in Enumerable.Range(0, processes) from line in Enumerable.Range(0, LinesOfAChild) select (process, line, LengthOf(process, line));
        Assert.Equal(expected, written.Order());
    }

    [Fact(Explicit = true)]
    public void Write_in_a_child()
    {
        var (store, process) = (Environment.GetEnvironmentVariable(StoreVariable)!, int.Parse(Environment.GetEnvironmentVariable(NumberVariable)!, CultureInfo.InvariantCulture));
        var log = new StoreLog(new StorePaths(store), TimeProvider.System);
        File.WriteAllText(Path.Combine(store, $"begun{process}"), "");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Path.Combine(store, "go")), TimeSpan.FromMinutes(1)));
        for (var line = 0; line < LinesOfAChild; line++)
        {
            var number = line;
            log.Write("line", entry =>
            {
                entry.WriteNumber("child", process);
                entry.WriteNumber("line", number);
                entry.WriteString("text", new string((char)('a' + process), LengthOf(process, number)));
            });
        }
    }

    private const string StoreVariable = "HYBRID_TEST_LOG_STORE";
    private const string NumberVariable = "HYBRID_TEST_LOG_PROCESS";
    private const int LinesOfAChild = 1_500;

    /// <summary>0 to 5,000 characters: 11 MB in all, which the files that are kept have room for.</summary>
    private static int LengthOf(int process, int line) => (process + 1) * line * 7_919 % 5_001;

    private static (int Process, int Line, int Length) Read(string text)
    {
        var entry = JsonDocument.Parse(text).RootElement;
        return (entry.GetProperty("child").GetInt32(), entry.GetProperty("line").GetInt32(), entry.GetProperty("text").GetString()!.Length);
    }
}
