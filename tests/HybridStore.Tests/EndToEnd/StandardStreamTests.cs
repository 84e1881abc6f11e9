using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>Stdin, stdout and stderr that are closed, full or gone: what was committed is not called a failure.</summary>
public sealed class StandardStreamTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public StandardStreamTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"), _folder.Path);
        _folder.Write("q.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nB,2024-11-01 10:00:01,2.5\n");
    }

    public void Dispose() => _folder.Dispose();

    private string CountRows() => _hybrid.RunOk("sql", "select count(*) as n from q", "--output", "csv");

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("2>&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    public void A_stderr_that_takes_nothing_changes_no_exit_code(string redirection)
    {
        Assert.Equal(0, _hybrid.RunScript($"\"$hybrid\" ingest q.csv --dataset q {redirection}").ExitCode);
        Assert.Equal(2, _hybrid.RunScript($"\"$hybrid\" ingst {redirection}").ExitCode);
        Assert.Equal(2, _hybrid.RunScript($"\"$hybrid\" export nothing -o x.csv {redirection}").ExitCode);
        Assert.Equal("n\n2\n", CountRows());
    }

    [Theory]
    [InlineData(">&-", "it is closed")]
    [InlineData(">/dev/full", "No space left on device")]
    public void A_commit_whose_report_cannot_be_written_stands_and_says_so(string redirection, string reason)
    {
        const string outcome = "The command itself is complete: the store holds what it did; see 'hybrid log'.";
        string[] commands = ["ingest q.csv --dataset q", "ingest q.csv --dataset q --force", "undo", "compact", "vacuum --yes"];
        foreach (var command in commands)
        {
            var run = _hybrid.RunScript($"\"$hybrid\" --quiet {command} {redirection}");
            Assert.Equal((0, $"hybrid: stdout: the report could not be written: {reason}. {outcome}\n"), (run.ExitCode, run.Error));
        }

        Assert.Equal("n\n2\n", CountRows());
    }

    [Theory]
    [InlineData(">&-", "it is closed")]
    [InlineData(">/dev/full", "No space left on device")]
    public void A_result_that_cannot_be_written_is_the_environments_fault(string redirection, string reason)
    {
        _hybrid.RunOk("ingest", "q.csv", "--dataset", "q", "--quiet");
        string[] commands =
            ["sql 'from q'", "sql 'from q' --output csv", "status", "log", "--help", "version", "verify", "pg status", "config show"];
        foreach (var command in commands)
        {
            var run = _hybrid.RunScript($"\"$hybrid\" {command} {redirection}");
            Assert.Equal((command, 5, $"hybrid: stdout: the result could not be written: {reason}.\n"), (command, run.ExitCode, run.Error));
        }
    }

    [Fact]
    public void A_reader_that_has_enough_is_no_failure()
    {
        string[] commands = ["ingest q.csv --dataset q --quiet", "sql 'from range(10000000)' --output csv", "status", "--help"];
        foreach (var command in commands)
        {
            var run = _hybrid.RunScript($"{{ \"$hybrid\" {command}; echo \"ended with $?\" >&2; }} | true");
            Assert.Equal((command, "ended with 0\n"), (command, run.Error));
        }

        Assert.Equal("n\n2\n", CountRows());
    }

    [Fact]
    public void A_closed_stdin_is_empty()
    {
        Assert.Equal(2, _hybrid.RunScript("\"$hybrid\" sql <&-").ExitCode);
        var run = _hybrid.RunScript("\"$hybrid\" ingest - --dataset q <&-");
        Assert.Equal((3, "hybrid: -: is empty. Nothing was stored.\n"), (run.ExitCode, run.Error));
    }
}
