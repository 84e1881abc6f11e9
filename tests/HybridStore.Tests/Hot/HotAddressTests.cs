using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The program on a server of the user's own, whose address and password come in every way that psql knows.</summary>
public sealed class HotAddressTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private OwnPostgres _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Uri => $"postgresql://{OwnPostgres.User}:{_server.Password}@127.0.0.1:{_server.Port}/market";

    public async ValueTask InitializeAsync()
    {
        _folder.Write("quotes/IBM.csv", "symbol,timestamp,bid\nIBM,2013-10-07 10:00:00,1.5\nIBM,2013-10-08 10:00:00,2.5\n");
        _server = await OwnPostgres.StartAsync(_folder.File("server"), settings: ["log_statement = all", "log_connections = on"]);
        await using var database = await _server.CreateDatabaseAsync();
        Program(new()).RunOk("ingest", _folder.File("quotes"));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void The_address_and_the_password_come_in_every_way_that_psql_knows()
    {
        var home = Path.GetDirectoryName(_folder.Write("home/.pgpass", $"127.0.0.1:{_server.Port}:market:{OwnPostgres.User}:{_server.Password}\n"))!;
        var other = _folder.Write("elsewhere.pgpass", $"*:*:*:*:{_server.Password}\n");
        foreach (var file in new[] { Path.Combine(home, ".pgpass"), other }) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var pairs = $"host=127.0.0.1 port={_server.Port} dbname=market user={OwnPostgres.User}";
        var host = new Dictionary<string, string> { ["PGHOST"] = "127.0.0.1", ["PGPORT"] = $"{_server.Port}", ["PGUSER"] = OwnPostgres.User, ["PGDATABASE"] = "market" };
        Dictionary<string, string>[] ways =
        [
            new() { ["HYBRID_PG"] = Uri },
            new() { ["HYBRID_PG"] = $"{pairs} password='{_server.Password}'" },
            new() { ["HYBRID_PG"] = pairs, ["PGPASSWORD"] = _server.Password },
            new() { ["HYBRID_PG"] = pairs, ["HOME"] = home },
            new() { ["HYBRID_PG"] = $"{pairs} passfile='{other}'" },
            new(host) { ["PGPASSFILE"] = other },
            new(host) { ["HOME"] = home },
        ];

        foreach (var way in ways)
        {
            var output = Program(way).RunOk("sync", "--window", "1d");

            Assert.Contains("window 2013-10-08", output, StringComparison.Ordinal);
            Assert.DoesNotContain(_server.Password, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_password_is_in_no_output_log_process_list_or_file()
    {
        var seen = new List<string>();
        await using (var proxy = new PostgresProxy(() => _server.Port)
        {
            Before = _ =>
            {
                lock (seen) seen.AddRange(CommandLines());
                return Task.CompletedTask;
            },
        })
        {
            var through = new Dictionary<string, string> { ["HYBRID_PG"] = Uri.Replace($":{_server.Port}/", $":{proxy.Port}/", StringComparison.Ordinal) };
            foreach (var command in (string[][])[["load-historical", "IBM", "2013-10-07", "2013-10-08"], ["status"], ["verify", "--hot"], ["evict", "IBM", "2013-10-07", "2013-10-07"]])
            {
                var run = Program(through).Run(command);
                Assert.Equal(0, run.ExitCode);
                seen.AddRange([run.Out, run.Error]);
            }
        }

        foreach (var wrong in new[] { Uri.Replace("/market", "/nowhere", StringComparison.Ordinal), Uri.Replace("@127.0.0.1", "x@127.0.0.1", StringComparison.Ordinal), Uri.Replace($":{_server.Port}/", ":1/", StringComparison.Ordinal), Uri + "?sslmode=verify-full", Uri + "?colour=red" })
        {
            var run = Program(new() { ["HYBRID_PG"] = wrong }).Run("sync");
            Assert.Contains(run.ExitCode, (int[])[2, 5]);
            seen.AddRange([run.Out, run.Error]);
        }

        seen.Add(_server.Log);
        foreach (var file in Directory.GetFiles(_folder.File("store"), "*", SearchOption.AllDirectories)) seen.Add(await File.ReadAllTextAsync(file, Cancellation));
        Assert.Contains(seen, text => text.Contains("hybrid", StringComparison.Ordinal));
        Assert.Contains("copy \"public\".\"quotes_20131007\"", _server.Log.Replace("public.", "\"public\".", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All(seen, text => Assert.DoesNotContain(_server.Password, text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            string text;
            try
            {
                text = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue; // It has ended since.
            }

            yield return text;
        }
    }

    private HybridProgram Program(Dictionary<string, string> environment) => new(_folder.File("store"), environment: environment);
}
