using HybridStore.Tests.Ingest.Typing;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>What the command line says of sources reaches them.</summary>
public sealed class SourceOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_with_every_option_of_a_dialect_reads_what_was_meant()
    {
        var path = _folder.Write("odd.txt", "junk\nA^01/11/24^'it\\'s'^1.234,5^none\n%x\nB^02/11/24^'y'^7^1\n");
        var program = new HybridProgram(_folder.File("store"));
        program.RunOk(
            "ingest", path, "--dataset", "odd", "--no-header", "--delimiter", "^", "--quote", "'", "--escape", "\\", "--decimal", ",", "--thousands", ".", "--skip-rows", "1", "--comment", "%",
            "--null", "none", "--encoding", "latin-1", "--symbol-column", "column_1", "--time-column", "column_2", "--columns", "column_2:date:dmy2");
        Assert.Equal(
            "symbol,column_2,column_3,column_4,column_5\nA,2024-11-01,it's,1234.5,\nB,2024-11-02,y,7.0,1\n",
            program.RunOk("sql", "select symbol, column_2, column_3, column_4, column_5 from odd order by symbol", "--output", "csv"));
    }

    [Fact]
    public void Ingest_of_the_standard_input_reads_what_another_program_writes()
    {
        _folder.Write("in/a.csv", "time,price\n2024-11-01 10:00,1.5\n2024-11-01 10:05,2.5\n");
        var store = _folder.File("store");
        var hybrid = Path.Combine(AppContext.BaseDirectory, "hybrid");
        var run = ShellProgram.Run("/bin/sh", "-c", $"gzip -c {_folder.File("in/a.csv")} | {hybrid} ingest - --dataset piped --symbol A --store {store} --format json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("\"path\": \"-\"", run.Out);
        Assert.Equal("n,v\n2,4.0\n", new HybridProgram(store).RunOk("sql", "select count(*) n, sum(price) v from piped where symbol = 'A'", "--output", "csv"));
    }

    [Theory]
    [InlineData("--delimiter", "ab", "--delimiter: expected one ASCII character, or tab, found 'ab'")]
    [InlineData("--decimal", "x", "--decimal: expected . or ,")]
    [InlineData("--encoding", "ebcdic", "--encoding: expected utf-8")]
    [InlineData("--columns", "time:timestamp:xyz", "--columns: expected ymd, compact, dmy")]
    [InlineData("--path-pattern", "{what}", "--path-pattern: expected {symbol}, {date} or {any}, found '{what}'")]
    public void Ingest_with_an_option_that_cannot_be_meant_is_a_usage_error(string option, string value, string message)
    {
        var path = _folder.Write("a.csv", "symbol,time,v\nA,2024-11-01,1\n");
        var run = new HybridProgram(_folder.File("store")).Run("ingest", path, "--dataset", "d", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    /// <summary>The same values and the same rejects, whatever instructions the processor is asked for.</summary>
    [Fact]
    public void Ingest_gives_the_same_with_every_kind_of_instruction()
    {
        for (var seed = 100; seed < 103; seed++) AwkwardFile.Write(_folder.File($"{seed}.csv"), seed);
        var answers = ((string[])["256", "128", "scalar"]).Select(simd =>
        {
            var program = new HybridProgram(_folder.File("store" + simd), environment: new Dictionary<string, string> { ["HYBRID_SIMD"] = simd });
            program.Run("ingest", _folder.File("100.csv"), _folder.File("101.csv"), _folder.File("102.csv"), "--dataset", "d");
            return program.RunOk("sql", "select * from d order by all", "--output", "csv") + program.RunOk("rejects", "d", "--format", "json");
        }).ToList();
        Assert.True(answers[0].Length > 10_000);
        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(answers[0], answers[2]);
    }
}
