using System.Text.Json;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary><c>hybrid derive</c> and <c>hybrid coverage</c> as processes, on real trades.</summary>
public sealed class SeriesCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public SeriesCommandTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        Ingest("2013-10-07");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Derive_declares_once_and_keeps_fresh()
    {
        using (var first = JsonDocument.Parse(_hybrid.RunOk("derive", "bars_5m", "--from", "trades", "--every", "5m", "--format", "json")))
        {
            var report = first.RootElement[0];
            Assert.Equal(("bars_5m", "trades", "created", 0), (report.GetProperty("dataset").GetString(), report.GetProperty("source").GetString(), report.GetProperty("status").GetString(), report.GetProperty("source_version").GetInt64()));
            Assert.Equal(1, report.GetProperty("partitions_changed").GetInt32());
        }

        Assert.Equal("up to date", _hybrid.RunOk("derive", "--all").Split(": ")[1][..10]);
        Ingest("2013-10-09");
        Assert.StartsWith("bars_5m: what changed was computed from trades, version 1 (1 partitions):", _hybrid.RunOk("derive", "--all"), StringComparison.Ordinal);
        Assert.Equal(
            "same\ntrue\n",
            _hybrid.RunOk("sql", "select (select list(b order by time) from (select symbol, time, open, high, low, close, volume, trades from bars_5m) b) = (select list(b order by time) from (select symbol, time, open, high, low, close, volume, trades from bars('trades', '5 minutes')) b) as same", "--output", "csv"));
        Assert.Contains("all is well", _hybrid.RunOk("verify", "bars_5m", "--deep"), StringComparison.Ordinal);
        var run = _hybrid.Run("ingest", Sample("2013-10-10"), "--dataset", "bars_5m");
        Assert.Equal((2, true), (run.ExitCode, run.Error.Contains("computed from 'trades'", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("bars needs --every", "derive", "bars_1m", "--from", "trades")]
    [InlineData("nbbo takes no --every", "derive", "nbbo", "--from", "trades", "--every", "1m")]
    [InlineData("give --as or --sql", "derive", "x", "--from", "trades", "--every", "1m")]
    [InlineData("There is no reduction 'bar'. Did you mean 'bars'?", "derive", "x", "--from", "trades", "--as", "bar")]
    [InlineData("expected an interval of up to a day", "derive", "bars_1w", "--from", "trades", "--every", "8d")]
    [InlineData("--from: name the dataset", "derive", "bars_1m", "--every", "1m")]
    [InlineData("Name the dataset to derive", "derive")]
    [InlineData("Name the dataset to derive", "derive", "bars_1m", "--all")]
    [InlineData("Did you mean 'trades'?", "derive", "bars_1m", "--from", "trade", "--every", "1m")]
    [InlineData("is no derived dataset", "derive", "trades")]
    [InlineData("xnys knows the years", "coverage", "--from", "1990-01-01", "--calendar", "xnys")]
    [InlineData("There is no calendar", "coverage", "--calendar", "none")]
    [InlineData("after its end", "coverage", "--from", "2013-10-09", "--to", "2013-10-07")]
    [InlineData("--thin: expected 1 to 100", "coverage", "--thin", "0")]
    public void What_is_wrong_is_said_in_one_line(string expected, params string[] arguments)
    {
        var run = _hybrid.Run(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Coverage_is_a_map_or_json_and_fails_on_gaps_when_asked()
    {
        Ingest("2013-10-09");
        var map = _hybrid.RunOk("coverage", "--calendar", "xnys");
        Assert.StartsWith("trades, 2013-10-07 to 2013-10-09, calendar xnys\n    10-07\nIBM ▒x▒\n", map, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", map, StringComparison.Ordinal);
        var run = _hybrid.Run("coverage", "trades", "--calendar", "xnys", "--fail-on-gaps", "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("1 symbol-days are missing", run.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(run.Out);
        Assert.Equal((1, 0, "xnys"), (json.RootElement.GetProperty("missing").GetInt32(), json.RootElement.GetProperty("thin").GetInt32(), json.RootElement.GetProperty("calendar").GetString()));
        Assert.Equal(["full", "missing", "full"], json.RootElement.GetProperty("symbols")[0].GetProperty("days").EnumerateArray().Select(day => day.GetProperty("status").GetString()));
        var holidays = _folder.Write("holidays.txt", "2013-10-08,Nobody worked\n");
        Assert.Equal(0, _hybrid.Run("coverage", "--calendar", holidays, "--fail-on-gaps").ExitCode);
    }

    private static string Sample(string day) => Path.Combine(SourceTree.Root, $"data/sample/trades/IBM_{day}.csv.gz");

    private void Ingest(string day) => _hybrid.RunOk("ingest", Sample(day), "--dataset", "trades", "--quiet");
}
