using System.Text.Json;
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
}
