using System.Text.Json;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary><c>hybrid sql</c> as a process, on one real file.</summary>
public sealed class SqlCommandTests(SqlCommandTests.TradesStore store) : IClassFixture<SqlCommandTests.TradesStore>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid = store.Program;

    public sealed class TradesStore : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public TradesStore()
        {
            Program = new HybridProgram(_folder.File("store"));
            Program.RunOk("ingest", Path.Combine(SourceTree.Root, "data/sample/trades/IBM_2013-10-07.csv.gz"), "--dataset", "trades", "--quiet");
        }

        internal HybridProgram Program { get; }

        public void Dispose() => _folder.Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_goes_to_stdout_in_the_format_asked_for()
    {
        Assert.Equal("symbol,d\nIBM,2013-10-07\n", _hybrid.RunOk("sql", "select distinct symbol, date as d from trades", "--output", "csv"));
        using var json = JsonDocument.Parse(_hybrid.RunOk("sql", "select count(*) as n from trades", "--format", "json"));
        Assert.True(json.RootElement[0].GetProperty("n").GetInt64() > 10_000);
        Assert.Equal("n\n-\n1\n", _hybrid.RunOk("sql", "select 1 as n"));
    }

    [Fact]
    public void Parameters_and_scripts_are_read()
    {
        Assert.Equal("1\n", _hybrid.RunOk("sql", "select count(distinct symbol) as n from trades where symbol = $sym and date = $day", "--param", "sym=IBM", "--param", "day=2013-10-07", "--output", "csv").Split("n\n")[1]);
        var script = _folder.Write("report.sql", "-- two of them\nselect 1 as a;\nselect 'b;' as b;\n");
        Assert.Equal("a\n-\n1\nb\n--\nb;\n", _hybrid.RunOk("sql", "-f", script));
    }

    [Fact]
    public void Time_series_functions_are_listed_and_run_on_real_trades()
    {
        Assert.Contains("bars(dataset, every, from_date", _hybrid.RunOk("sql", "--macros"), StringComparison.Ordinal);
        Assert.Equal("ok\ntrue\n", _hybrid.RunOk("sql", "select sum(trades) = (select count(*) from trades) as ok from bars('trades', '5 minutes')", "--output", "csv"));
    }

    [Fact]
    public void A_file_appears_whole_or_not_at_all()
    {
        var csv = _folder.File("out.csv");
        Assert.Equal("", _hybrid.RunOk("sql", "select 1 as a", "-o", csv));
        Assert.Equal("a\n1\n", File.ReadAllText(csv));
        var parquet = _folder.File("out.parquet");
        _hybrid.RunOk("sql", "from trades limit 5", "-o", parquet);
        Assert.Equal("PAR1"u8, File.ReadAllBytes(parquet).AsSpan(0, 4));
        Assert.Equal(2, _hybrid.Run("sql", "select error('no') from range(5)", "-o", csv).ExitCode);
        Assert.Equal("a\n1\n", File.ReadAllText(csv));
        Assert.Equal(["out.csv", "out.parquet"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(2, "Did you mean 'trades'?", "select * from trade")]
    [InlineData(2, "Queries only read", "drop view trades")]
    [InlineData(2, "syntax error", "select 1 +")]
    [InlineData(2, "--param sym=VALUE", "select $sym")]
    [InlineData(2, "there are 2 statements", "select 1; select 2", "--output", "csv")]
    [InlineData(2, "name the file with -o", "select 1", "--output", "parquet")]
    [InlineData(2, "the folder is not there", "select 1", "-o", "no/such/folder/x.csv")]
    [InlineData(2, "expected a size", "select 1", "--memory", "much")]
    [InlineData(2, "no such file", "-f", "none.sql")]
    [InlineData(2, "There is no SQL statement", " -- nothing")]
    [InlineData(5, "did not end within", "select count(*) from range(100000000000) where hash(range) = 1", "--timeout", "300ms")]
    public void What_is_wrong_is_said_in_one_line(int exitCode, string expected, params string[] arguments)
    {
        var run = _hybrid.Run(["sql", .. arguments]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith("hybrid: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void A_result_is_not_written_into_the_store()
    {
        var run = _hybrid.Run("sql", "select 1", "-o", Path.Combine(_hybrid.Store, "lake", "x.csv"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("inside the store", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_enough_ends_the_command_quietly()
    {
        using var process = _hybrid.Start("sql", "select i, repeat('x', 100) from range(100000000) t(i)", "--output", "csv");
        process.StandardOutput.ReadLine();
        process.StandardOutput.Close();
        Assert.Equal("", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
