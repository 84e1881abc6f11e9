using System.Text.Json;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The command line contract: help, exit codes, and the json that scripts rely on.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public CommandLineTests() => _hybrid = new HybridProgram(_folder.File("store"));

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("sqll", "Did you mean 'sql'?")]
    [InlineData("version", "--format", "xml", "expected text or json, found 'xml'")]
    [InlineData("ingest", "PATH")]
    [InlineData("load-historical", "IBM", "2024-11-01", "expected [DATASET] SYMBOL")]
    [InlineData("ingest", "x.csv", "--columns", "price:money", "There is no column type 'money'")]
    [InlineData("ingest", "x.csv", "--memory", "1", "--memory")]
    [InlineData("ingest", "x.csv", "--on-duplicate", "replace", "needs --key")]
    public void Wrong_words_are_usage_errors_in_one_sentence(params string[] argumentsAndSentence)
    {
        var run = _hybrid.Run(argumentsAndSentence[..^1]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(argumentsAndSentence[^1], run.Error);
        Assert.Empty(run.Out);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Json_has_the_keys_of_the_contract_and_nothing_else_is_on_stdout()
    {
        var csv = _folder.Write("quotes/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nA,2024-11-02 10:00:00,2.5\nB,2024-11-02 10:00:00,3.5\nB,x,3.5\n");
        var ingest = Json("ingest", csv);
        Has(ingest, "dataset", "version", "files", "totals", "partitioning", "symbols", "first_time", "last_time");
        Has(ingest.GetProperty("files")[0], "path", "status", "rows_read", "rows_stored", "rows_rejected", "rows_deduplicated", "rows_filtered", "bytes_read", "seconds");
        Has(
            ingest.GetProperty("totals"),
            "rows_read", "rows_stored", "rows_rejected", "rows_deduplicated", "rows_filtered", "files_written", "bytes_written", "seconds", "rows_per_second", "peak_memory_bytes");
        Assert.Equal("ingested", ingest.GetProperty("files")[0].GetProperty("status").GetString());
        Assert.Equal((4, 3, 1), (Number(ingest.GetProperty("totals"), "rows_read"), Number(ingest.GetProperty("totals"), "rows_stored"), Number(ingest.GetProperty("totals"), "rows_rejected")));
        Assert.Equal("2024-11-01T10:00:00", ingest.GetProperty("first_time").GetString());
        Assert.Contains("\"line\": 5", _hybrid.RunOk("rejects", "--format", "json"));

        var sync = Json("sync", "--window", "1d");
        Has(sync, "dataset", "window", "rows_loaded", "rows_evicted", "partitions_loaded", "partitions_evicted", "partitions_unchanged", "seconds");
        Has(sync.GetProperty("window"), "from", "to");
        Assert.Equal((2, 2), (Number(sync, "rows_loaded"), Number(sync, "partitions_loaded")));

        var load = Json("load-historical", "A,B", "2024-11-01", "2024-11-03");
        Has(
            load,
            "dataset", "symbols", "from", "to", "rows_loaded", "rows_already_hot", "partitions_loaded", "partitions_already_hot", "days_missing", "seconds", "rows_per_second", "index_seconds");
        Assert.Equal((1, 2, "2024-11-03"), (Number(load, "rows_loaded"), Number(load, "rows_already_hot"), load.GetProperty("days_missing")[0].GetString()));
        Assert.Equal(0, Number(Json("load-historical", "A,B", "2024-11-01", "2024-11-03"), "rows_loaded"));
        Assert.Empty(Json("verify", "--deep", "--hot")[0].GetProperty("problems").EnumerateArray());

        Assert.Equal(1, Number(Json("evict", "A", "2024-11-01", "2024-11-01"), "rows_evicted"));
        Assert.Equal("running", Json("status").GetProperty("hot").GetProperty("state").GetString());
        Assert.StartsWith("postgresql://", Json("pg", "url").GetProperty("url").GetString());
        Assert.False(Json("pg", "stop").GetProperty("running").GetBoolean());
    }

    [Fact]
    public void The_lake_is_looked_after_by_commands_that_can_be_undone()
    {
        foreach (var hour in Enumerable.Range(10, 3)) _hybrid.RunOk("ingest", _folder.Write($"q{hour}/a.csv", $"symbol,timestamp,price\nA,2024-11-01 {hour}:00:00,{hour}.5\n"), "--dataset", "q", "--partition-by", "auto");
        Assert.Equal(3, Number(Json("compact"), "files_before"));
        Assert.Equal(4, Number(Json("undo"), "version"));
        _hybrid.RunOk("repartition", "month");
        _hybrid.RunOk("undo", "0");
        Assert.Equal("price\n10.5\n", _hybrid.RunOk("sql", "select price from q", "--output", "csv"));
        Assert.Equal(7, Json("log").GetArrayLength());
        Assert.Equal(0, _hybrid.Run("verify", "--deep").ExitCode);
        Assert.Equal(2, _hybrid.Run("vacuum", "--older-than", "1h", "--dataset", "nothing").ExitCode);
        Assert.Contains("read_parquet", _hybrid.RunOk("ddl", "--engine", "duckdb"));
        Assert.Contains("would be deleted", _hybrid.RunOk("vacuum", "--dry-run"));
    }

    [Fact]
    public void Termination_in_the_middle_leaves_the_store_as_it_was()
    {
        _hybrid.RunOk("ingest", _folder.Write("q/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\n"));
        var before = StoreContent.Of(_hybrid.Store);
        var path = _folder.Write("q/big.csv", "symbol,timestamp,price\n" + string.Concat(Enumerable.Range(0, 3_000_000).Select(row => $"A,2024-11-01 10:00:00,{row}.5\n")));
        using var process = _hybrid.Start("ingest", path);
        Assert.True(SpinWait.SpinUntil(() => Directory.Exists(Path.Combine(_hybrid.Store, "lake/q/_staging")) && Directory.EnumerateFiles(Path.Combine(_hybrid.Store, "lake/q/_staging"), "*", SearchOption.AllDirectories).Any(file => file.EndsWith(".staged", StringComparison.Ordinal)), TimeSpan.FromMinutes(1)));
        Assert.Equal(0, ShellProgram.Run("kill", "-TERM", $"{process.Id}").ExitCode);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(130, process.ExitCode);
        Assert.Equal(before, StoreContent.Of(_hybrid.Store));
    }

    private JsonElement Json(params string[] arguments) => JsonDocument.Parse(_hybrid.RunOk([.. arguments, "--format", "json"])).RootElement;

    private static long Number(JsonElement element, string name) => element.GetProperty(name).GetInt64();

    private static void Has(JsonElement element, params string[] names)
    {
        foreach (var name in names) Assert.True(element.TryGetProperty(name, out _), $"no key {name} in {element}");
    }
}
