using System.Text.Json;
using HybridStore.Lake;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The commands that look after the house: doctor, config, dataset, status, completions.</summary>
public sealed class HouseCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public HouseCommandTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        foreach (var name in (string[])["quotes", "trades"])
        {
            _hybrid.RunOk("ingest", _folder.Write($"{name}/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nA,2024-11-02 10:00:00,2.5\nB,2024-11-02 10:00:00,3.5\n"), "--partition-by", "symbol/date", "--quiet");
        }
    }

    public void Dispose() => _folder.Dispose();

    private string Settings => Path.Combine(_hybrid.Store, "hybrid.json");

    private JsonElement Json(params string[] arguments) => JsonDocument.Parse(_hybrid.RunOk([.. arguments, "--format", "json"])).RootElement;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private JsonElement Check(string name, string store)
    {
        var run = new HybridProgram(store).Run("doctor", "--format", "json");
        return JsonDocument.Parse(run.Out).RootElement.GetProperty("checks").EnumerateArray().First(check => Text(check, "check") == name);
    }

    [Fact]
    public void Doctor_finds_a_sound_house_and_changes_nothing()
    {
        var before = StoreContent.Of(_hybrid.Store);
        var diagnosis = Json("doctor");
        Assert.NotEqual("fail", Text(diagnosis, "status"));
        Assert.Equal(
            [
                "version", "duckdb", "postgres programs", "memory", "processors", "open files", "settings", "disk of the store",
                "temporary files", "file system", "dataset quotes", "dataset trades", "time zones", "postgres",
            ],
            diagnosis.GetProperty("checks").EnumerateArray().Select(check => Text(check, "check")));
        Assert.Contains("hard links, locks and sync work", _hybrid.RunOk("doctor"), StringComparison.Ordinal);
        Assert.Equal(before, StoreContent.Of(_hybrid.Store));
    }

    [Fact]
    public void Doctor_says_what_is_wrong_and_what_to_do()
    {
        Assert.Equal("warn", Text(Check("store", _folder.File("nowhere")), "status"));

        var staging = Path.Combine(_hybrid.Store, "lake/quotes/_staging");
        Directory.CreateDirectory(Path.Combine(staging, "dead"));
        File.WriteAllText(Path.Combine(staging, "dead.lock"), "");
        File.WriteAllText(Path.Combine(staging, "dead", "x.staged"), "12345");
        var dead = Check("dataset quotes", _hybrid.Store);
        Assert.Equal("warn", Text(dead, "status"));
        Assert.Contains("1 stopped writer left 5 B in staging", Text(dead, "found"), StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(_hybrid.Store, "lake/trades/_delta_log/00000000000000000000.json"), "{");
        File.WriteAllText(Settings, "{ \"version\": 1, \"window_dais\": 3 }");
        var run = new HybridProgram(_hybrid.Store, environment: new Dictionary<string, string> { ["HYBRID_PG"] = "postgresql://nobody@127.0.0.1:1/none" }).Run("doctor", "--format", "json");
        Assert.Equal(5, run.ExitCode);
        var failed = JsonDocument.Parse(run.Out).RootElement.GetProperty("checks").EnumerateArray().Where(check => Text(check, "status") == "fail").ToList();
        Assert.Equal(["settings", "dataset trades", "postgres"], failed.Select(check => Text(check, "check")));
        Assert.All(failed, check => Assert.NotEmpty(Text(check, "advice")!));
    }

    [Fact]
    public void Config_shows_each_value_with_where_it_comes_from()
    {
        _hybrid.RunOk("config", "set", "memory", "2GB");
        var program = new HybridProgram(_hybrid.Store, environment: new Dictionary<string, string> { ["HYBRID_JOBS"] = "3" });
        var values = JsonDocument.Parse(program.RunOk("config", "show", "--format", "json")).RootElement.EnumerateArray().Select(value => $"{Text(value, "name")}={Text(value, "value")} {Text(value, "source")}");
        Assert.Equal(["window_days=30 default", "memory=2GB hybrid.json", "jobs=3 HYBRID_JOBS", "hot_bytes_max= default"], values);
        Assert.Contains("not set", _hybrid.RunOk("config", "show"), StringComparison.Ordinal);
        Assert.Equal("3\n", program.RunOk("sql", "select current_setting('threads') as t", "--output", "csv")["t\n".Length..]);
        Assert.Equal("2.0 GiB\n", program.RunOk("sql", "select current_setting('memory_limit') as t", "--output", "csv")["t\n".Length..]);
    }

    [Fact]
    public void Config_set_changes_one_value_and_keeps_the_rest_of_the_file()
    {
        File.WriteAllText(Settings, "// mine\n{\n  /* the version */ \"version\": 1, // one\n  \"window_days\": 7,  // a week\n}\n");
        _hybrid.RunOk("config", "set", "window_days", "14");
        Assert.Equal("// mine\n{\n  /* the version */ \"version\": 1, // one\n  \"window_days\": 14,  // a week\n}\n", File.ReadAllText(Settings));
        _hybrid.RunOk("config", "set", "memory", "1.5GB");
        Assert.Equal("// mine\n{\n  \"memory\": \"1.5GB\",\n  /* the version */ \"version\": 1, // one\n  \"window_days\": 14,  // a week\n}\n", File.ReadAllText(Settings));
        _hybrid.RunOk("config", "set", "memory", "default");
        _hybrid.RunOk("config", "set", "WINDOW_DAYS", "default");
        Assert.Equal("// mine\n{\n  \"memory\": null,\n  /* the version */ \"version\": 1, // one\n  \"window_days\": 30,  // a week\n}\n", File.ReadAllText(Settings));
        Assert.Equal(30, Json("status").GetProperty("hot").GetProperty("window_days").GetInt32());
    }

    [Fact]
    public void A_value_of_the_environment_that_cannot_be_is_refused()
    {
        var run = new HybridProgram(_hybrid.Store, environment: new Dictionary<string, string> { ["HYBRID_MEMORY"] = "much" }).Run("sql", "select 1");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("HYBRID_MEMORY: expected a size", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Datasets_are_listed_shown_and_corrected()
    {
        Assert.Equal("quotes\ntrades\n", _hybrid.RunOk("dataset", "list"));
        Assert.Equal(2, Json("dataset", "list").GetArrayLength());
        var shown = Json("dataset", "show", "quotes");
        Assert.Equal("double", Text(shown.GetProperty("columns")[2], "type"));
        Assert.Equal(("UTC", 3L), (Text(shown, "timezone"), shown.GetProperty("rows").GetInt64()));
        _hybrid.RunOk("dataset", "edit", "quotes", "--timezone", "America/New_York");
        Assert.Equal("America/New_York", Text(Json("dataset", "show", "quotes"), "timezone"));
        Assert.Contains("the symbol", _hybrid.RunOk("dataset", "show", "quotes"), StringComparison.Ordinal);
        Assert.Equal("n\n3\n", _hybrid.RunOk("sql", "select count(*) as n from quotes", "--output", "csv"));
        _hybrid.RunOk("undo", "--dataset", "quotes");
        Assert.Equal("UTC", new LakeTable(Path.Combine(_hybrid.Store, "lake/quotes"), TimeProvider.System).TryLoad()!.Dataset.TimeZone);
        Assert.Equal(0, _hybrid.Run("verify", "--deep").ExitCode);
    }

    [Fact]
    public void The_zone_of_instants_is_not_edited()
    {
        _hybrid.RunOk("ingest", _folder.Write("ticks/a.csv", "symbol,timestamp,price\nA,2024-11-01T10:00:00Z,1.5\n"), "--quiet");
        var run = _hybrid.Run("dataset", "edit", "ticks", "--timezone", "Europe/Berlin");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("another zone would move rows", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_shows_the_lake_at_a_glance()
    {
        var lines = _hybrid.RunOk("status").Split('\n');
        Assert.Equal($"{_hybrid.Store}  6 rows in ", lines[0][..(_hybrid.Store.Length + 12)]);
        Assert.StartsWith("  lake    rows", lines[2], StringComparison.Ordinal);
        Assert.Contains("2024-11-01  2024-11-02  ▅█", lines[3], StringComparison.Ordinal);
        Assert.Contains("○ Postgres is not set up yet", lines[^2], StringComparison.Ordinal);
    }
}
