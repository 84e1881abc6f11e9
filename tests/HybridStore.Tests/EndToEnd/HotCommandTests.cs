using System.Text.Json;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.EndToEnd;

/// <summary>The commands of the hot tier, on a store with a Postgres of its own.</summary>
public sealed class HotCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HybridProgram _hybrid;

    public HotCommandTests()
    {
        _hybrid = new HybridProgram(_folder.File("store"));
        _hybrid.RunOk("ingest", _folder.Write("quotes/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1.5\nA,2024-11-04 10:00:00,2.5\nB,2024-11-04 10:00:00,3.5\n\"C,D\",2024-11-05 10:00:00,4.5\n"));
    }

    public void Dispose()
    {
        _hybrid.DeleteHot();
        _folder.Dispose();
    }

    [Fact]
    public void Windows_limits_lists_of_symbols_and_requests_work_from_the_command_line()
    {
        // Two trading days reach back over none, three over the weekend.
        var sync = Json("sync", "--window", "2td");
        Assert.Equal(("2024-11-04", 3, 0), (sync.GetProperty("window").GetProperty("from").GetString(), sync.GetProperty("rows_loaded").GetInt32(), sync.GetProperty("summary_days_computed").GetInt32()));
        Assert.Equal("2024-11-01", Json("sync", "--window", "3td").GetProperty("window").GetProperty("from").GetString());
        Json("evict", "--all");

        var list = _folder.Write("watchlist.txt", "# mine\nC,D\n\nA\n");
        Assert.Contains("exceeds the limit of 10 B", Refused(2, "load-historical", "@" + list, "2024-11-01", "2024-11-05", "--max-bytes", "10B"));
        Assert.Equal("A|C,D", string.Join('|', Json("load-historical", "@" + list, "2024-11-01", "2024-11-05").GetProperty("symbols").EnumerateArray().Select(symbol => symbol.GetString())));
        Assert.Equal(1, Json("evict", "@" + list, "2024-11-05", "2024-11-05").GetProperty("rows_evicted").GetInt32());

        _folder.Write("store/hybrid.json", """
            { "datasets": { "quotes": { "window": "1td", "index": "none", "summaries": { "quotes_daily": "select symbol, date, avg(price) as price from quotes group by symbol, date" } } } }
            """);
        sync = Json("sync");
        Assert.Equal(("2024-11-05", 1), (sync.GetProperty("window").GetProperty("from").GetString(), sync.GetProperty("summary_days_computed").GetInt32()));

        Assert.Empty(_hybrid.RunOk("serve", "--hot", "--once"));
        Psql("select hybrid.hydrate('quotes', 'B', '2024-11-04', '2024-11-04'), hybrid.hydrate('quotes', 'X', '2024-11-04', '2024-11-04')");
        var served = _hybrid.Run("serve", "--hot", "--once", "--format", "json");
        Assert.Equal(3, served.ExitCode);
        var lines = served.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([(1, true, 1), (2, false, 0)], lines.Select(line => (line.GetProperty("id").GetInt32(), line.GetProperty("is_done").GetBoolean(), line.GetProperty("rows_loaded").GetInt32())));
        Assert.Equal("2024-11-04 B 3.5\n2024-11-05 C,D 4.5\n", Psql("select date || ' ' || symbol || ' ' || price from quotes_daily order by date"));

        // What somebody asked for does not steer the terminal of the server.
        Psql("select hybrid.hydrate(E'\\x1b[2Jx', 'A', '2024-11-04', '2024-11-04'), hybrid.hydrate('quotes', E'\\x1b]0;x\\x07', '2024-11-04', '2024-11-04')");
        var shown = _hybrid.Run("serve", "--hot", "--once");
        Assert.Contains("(\\x1b[2jx) failed", shown.Out);
        Assert.Contains("no symbol '\\x1b]0;x\\x07'", shown.Out);
        Assert.DoesNotContain('\x1b', shown.Out + shown.Error);

        // One that waits ends with the signal.
        using var process = _hybrid.Start("serve", "--hot");
        Assert.Contains("Waiting for requests", process.StandardError.ReadLine());
        Assert.Equal(0, ShellProgram.Run("kill", "-TERM", $"{process.Id}").ExitCode);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(130, process.ExitCode);
    }

    [Fact]
    public void Sync_of_all_datasets_does_those_it_can_and_says_of_each_other_why_not()
    {
        _hybrid.RunOk("ingest", _folder.Write("bad/a.csv", "symbol,timestamp,ctid\nA,2024-11-01 10:00:00,1\n"));
        _hybrid.RunOk("ingest", _folder.Write("zones/a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1\n"));

        var run = _hybrid.Run("sync", "--format", "json");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("hybrid: bad was not synced: bad: it cannot be a table of Postgres: column 'ctid'", run.Error);
        Assert.Equal(["quotes", "zones"], JsonDocument.Parse(run.Out).RootElement.EnumerateArray().Select(result => result.GetProperty("dataset").GetString()));
        Assert.Equal("quotes 4\nzones 1\n", Psql("select 'quotes ' || count(*) from quotes union all select 'zones ' || count(*) from zones order by 1"));
    }

    [Fact]
    public void An_undo_of_a_column_is_seen_by_doctor_and_mended_by_sync()
    {
        _hybrid.RunOk("ingest", _folder.Write("quotes/b.csv", "symbol,timestamp,price,venue\nA,2024-11-05 11:00:00,1.5,N\n"));
        _hybrid.RunOk("sync");
        Assert.DoesNotContain("public.quotes", _hybrid.Run("doctor").Out);
        _hybrid.RunOk("undo", "--yes");

        Assert.Contains("the table public.quotes has what the lake no longer has: venue", _hybrid.Run("doctor").Out);
        _hybrid.RunOk("sync");

        Assert.DoesNotContain("public.quotes", _hybrid.Run("doctor").Out);
        Assert.Contains("4 rows", _hybrid.RunOk("verify", "--hot"));
        Assert.Equal("0\n", Psql("select count(*) from pg_attribute where attrelid = 'public.quotes'::regclass and attname = 'venue'"));
    }

    [Fact]
    public void Pg_starts_stops_and_shows_the_server_of_the_store()
    {
        Assert.Contains("was not started yet", _hybrid.RunOk("pg", "status"));
        Assert.Contains("Postgres runs", _hybrid.RunOk("pg", "start"));
        var url = _hybrid.RunOk("pg", "url").TrimEnd();
        Assert.Matches("^postgresql://hybrid@127.0.0.1:[0-9]+/hybrid\\?passfile=", url);
        Assert.Contains(url, _hybrid.RunOk("pg", "status"));

        // psql itself need not be installed here: what stands for it shows what it is called with.
        var programs = Path.GetDirectoryName(_folder.Write("bin/psql", "#!/bin/sh\nprintf '%s\\n' \"$@\"\nexit 7\n"))!;
        File.SetUnixFileMode(Path.Combine(programs, "psql"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var found = With("PATH", $"{programs}:{Environment.GetEnvironmentVariable("PATH")}").Run("pg", "psql", "--", "-c", "select 1");
        Assert.Equal((7, $"{url}\n-c\nselect 1\n"), (found.ExitCode, found.Out));
        var missing = With("PATH", _folder.Path).Run("pg", "psql");
        Assert.Equal(5, missing.ExitCode);
        Assert.Contains("psql was not found", missing.Error);

        Assert.Contains("stopped", _hybrid.Run("pg", "stop").Error);
        Assert.Contains("does not run", _hybrid.RunOk("pg", "status"));
        Assert.Contains("does not run", _hybrid.Run("pg", "stop").Error);
    }

    [Fact]
    public void Words_that_make_no_sense_are_refused_before_Postgres_is_started()
    {
        Assert.Contains("expected 30d (days), 4w (weeks) or 20td (trading days), found '12h'", Refused(2, "sync", "--window", "12h"));
        Assert.Contains("--index: expected btree, btree+time, brin, none, or statements", Refused(2, "sync", "--index", "hash"));
        Assert.Contains("--max-bytes: expected a size such as 20GB, found 'x'", Refused(2, "load-historical", "A", "2024-11-01", "2024-11-01", "--max-bytes", "x"));
        Assert.Contains("expected a file with one symbol a line", Refused(2, "load-historical", "@nowhere.txt", "2024-11-01", "2024-11-01"));
        Assert.Contains("expected a symbol, found '@", Refused(2, "evict", "@" + _folder.Write("empty.txt", "# none\n"), "2024-11-01", "2024-11-01"));
        Assert.Contains("expected --hot", Refused(2, "serve"));
        Assert.False(Directory.Exists(Path.Combine(_hybrid.Store, "hot")));
    }

    private HybridProgram With(string name, string value) => new(_hybrid.Store, environment: new Dictionary<string, string> { [name] = value });

    private string Refused(int exitCode, params string[] arguments)
    {
        var run = _hybrid.Run(arguments);
        Assert.Equal(exitCode, run.ExitCode);
        return run.Error;
    }

    /// <summary>Rows of one column, through the driver that the tests have anyway.</summary>
    private string Psql(string sql)
    {
        var server = new HybridStore.Hot.EmbeddedPostgres(new StorePaths(_hybrid.Store), TimeProvider.System).FindRunning()!;
        using var connection = new Npgsql.NpgsqlConnection(server.Connection(HybridStore.Hot.EmbeddedPostgres.Database).ConnectionString + ";Pooling=false");
        connection.Open();
        using var command = new Npgsql.NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var rows = new System.Text.StringBuilder();
        while (reader.Read()) rows.Append(reader.GetValue(0)).Append('\n');
        return rows.ToString();
    }

    private JsonElement Json(params string[] arguments) => JsonDocument.Parse(_hybrid.RunOk([.. arguments, "--format", "json"])).RootElement;
}
