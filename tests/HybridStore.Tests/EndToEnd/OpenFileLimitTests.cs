using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>A process that may have few files open (<c>ulimit -n</c>) works, or says in a sentence what to do.</summary>
public sealed class OpenFileLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public OpenFileLimitTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"), _folder.Path);
        for (var day = 1; day <= 28; day++)
        {
            var date = $"2024-11-{day:D2}";
            _folder.Write($"q/{day}.csv", $"symbol,timestamp,price\nA,{date} 10:00:00,1.5\nB,{date} 10:00:01,2.5\n");
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(100)]
    public void Too_low_a_limit_is_refused_in_a_sentence_and_nothing_is_begun(int limit)
    {
        foreach (var command in (string[])["ingest q", "sql 'select 1'", "verify --deep"])
        {
            var run = _hybrid.RunScript($"ulimit -n {limit}; \"$hybrid\" {command}");
            var expected = $"hybrid: Expected to be allowed 128 open files, found a limit of {limit}. Raise it, such as with 'ulimit -n 4096'.\n";
            Assert.Equal((5, expected), (run.ExitCode, run.Error));
        }

        Assert.False(Directory.Exists(_folder.File("store")));
    }

    [Fact]
    public void The_lowest_limit_that_is_taken_is_enough_for_a_month_of_files()
    {
        foreach (var command in (string[])["ingest q --partition-by symbol/date --quiet", "compact", "verify --deep", "sql 'from q'"])
        {
            var run = _hybrid.RunScript($"ulimit -n 128; \"$hybrid\" {command}");
            Assert.True(run.ExitCode == 0, $"{command}: {run.ExitCode}: {run.Error}");
        }

        Assert.Equal("n\n56\n", _hybrid.RunOk("sql", "select count(*) as n from q", "--output", "csv"));
    }
}
