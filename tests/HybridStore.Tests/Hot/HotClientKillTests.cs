using System.Diagnostics;
using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>The program itself, killed at any step of a load, an eviction and a sync, on a store that it made.</summary>
/// <remarks>Takes every n-th step; <c>HYBRID_TEST_STEPS=1</c> takes each.</remarks>
public sealed class HotClientKillTests(PostgresServer server) : IAsyncLifetime
{
    private const int EveryDefault = 14;
    private readonly TemporaryFolder _folder = new();
    private TestDatabase _template = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        foreach (var (symbol, rows) in new[] { ("IBM", 900), ("AIG", 300) })
        {
            var lines = from day in Enumerable.Range(7, 3)
                        from row in Enumerable.Range(0, rows)
                        select $"{symbol},2013-10-{day:d2} 10:{row / 60:d2}:{row % 60:d2},{10 + row % 7}.25,{day * row},N";
            _folder.Write($"quotes/{symbol}.csv", "symbol,timestamp,bid_price,bid_size,exchange\n" + string.Join('\n', lines) + "\n");
        }

        _template = await server.CreateDatabaseAsync();
        Program(_template.Address).RunOk("ingest", _folder.File("quotes"));
        Program(_template.Address).RunOk("load-historical", "AIG,IBM", "2013-10-07", "2013-10-07");
        Program(_template.Address).RunOk("load-historical", "IBM", "2013-10-08", "2013-10-08");
        await _template.DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("load-historical", "IBM,AIG", "2013-10-07", "2013-10-09")]
    [InlineData("sync", "--window", "2d")]
    [InlineData("evict", "IBM", "2013-10-07", "2013-10-08")]
    public async Task The_program_killed_at_any_step_leaves_whole_days_and_run_again_finishes(params string[] command)
    {
        await using var smooth = await server.CopyDatabaseAsync(_template);
        var before = await HotFaultState.ReadAsync(smooth);
        IReadOnlyList<string> steps;
        await using (var proxy = ProxyTo(smooth))
        {
            Program(Through(proxy, smooth)).RunOk(command);
            steps = proxy.Steps;
        }

        var after = await HotFaultState.ReadAsync(smooth);
        Assert.NotEqual(before, after);
        for (var index = 3; index < steps.Count; index += HotFaultWorld.Every(EveryDefault)) await TryAsync(command, index, before, after);
    }

    [Fact]
    public async Task The_program_killed_while_it_writes_pages_leaves_whole_days_and_run_again_finishes()
    {
        const int Rows = 100_000;
        string[] days = [.. Enumerable.Range(1, 8).Select(day => $"2013-10-{day:d2}")];
        var lines = from day in days
                    from row in Enumerable.Range(0, Rows)
                    select $"IBM,{day} {row / 3600 % 24:d2}:{row / 60 % 60:d2}:{row % 60:d2},{row % 97}.25";
        _folder.Write("bars/IBM.csv", "symbol,timestamp,close\n" + string.Join('\n', lines) + "\n");
        var program = new HybridProgram(_folder.File("paged"));
        try
        {
            program.RunOk("ingest", _folder.File("bars"));
            program.RunOk("pg", "start");
            var paths = new StorePaths(program.Store);
            var builder = new EmbeddedPostgres(paths, TimeProvider.System).FindRunning()!.Connection(EmbeddedPostgres.Database);
            await using var database = new TestDatabase(builder);
            var files = new DirectoryInfo(Path.Combine(EmbeddedPlace.FindData(paths)!, "base", (await database.AskAsync("select oid from pg_database where datname = current_database()"))[0]));

            foreach (var bytes in new[] { 1 << 16, 1 << 20, 3 << 20 })
            {
                using var load = program.Start("load-historical", "bars", "IBM", days[0], days[^1]);
                while (!load.HasExited && !files.EnumerateFiles().Any(file => file.Length >= bytes && file.LastWriteTimeUtc > load.StartTime.ToUniversalTime()))
                {
                    await Task.Delay(1, Cancellation);
                }

                load.Kill();
                await load.WaitForExitAsync(Cancellation);
                Assert.Equal(128 + 9, load.ExitCode);
                var loaded = await database.AskAsync("select count(*) from pg_class where relname = 'bars'") is ["0"] ? [] : await database.AskAsync("select date::text, count(*) from bars group by 1 order by 1");
                Assert.All(loaded, day => Assert.EndsWith($"|{Rows}", day, StringComparison.Ordinal));
                program.RunOk("verify", "--hot");
            }

            program.RunOk("load-historical", "bars", "IBM", days[0], days[^1]);
            Assert.Equal(days.Select(day => $"{day}|{Rows}"), await database.AskAsync("select date::text, count(*) from bars group by 1 order by 1"));
            program.RunOk("verify", "--hot");
        }
        finally
        {
            program.DeleteHot();
        }
    }

    private async Task TryAsync(string[] command, int index, HotFaultState before, HotFaultState after)
    {
        await using var database = await server.CopyDatabaseAsync(_template);
        Process? program = null;
        var where = $"{string.Join(' ', command)}: ";
        await using (var proxy = ProxyTo(database, step =>
        {
            if (step.Index != index) return;
            where += $"before step {index}: {step.Text}";
            program!.Kill();
            program.WaitForExit();
        }))
        {
            program = Program(Through(proxy, database)).Start(command);
            await program.WaitForExitAsync(Cancellation);
            Assert.Equal(128 + 9, program.ExitCode);
            program.Dispose();
        }

        (await HotFaultState.ReadAsync(database)).AssertWholeDays(before, after, where);
        var output = Program(database.Address).RunOk(command);

        var finished = await HotFaultState.ReadAsync(database);
        Assert.True(finished == after, $"{where}: finished, it should be\n{after}\nand is\n{finished}");
        Assert.DoesNotContain(database.Password, output, StringComparison.Ordinal);
    }

    private static PostgresProxy ProxyTo(TestDatabase database, Action<PostgresStep>? act = null)
    {
        var port = new NpgsqlConnectionStringBuilder(database.Address).Port;
        return new PostgresProxy(() => port)
        {
            Before = step =>
            {
                act?.Invoke(step);
                return Task.CompletedTask;
            },
        };
    }

    private static string Through(PostgresProxy proxy, TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.Address) { Host = "127.0.0.1", Port = proxy.Port }.ConnectionString + ";";

    private HybridProgram Program(string address) => new(_folder.File("store"), environment: new Dictionary<string, string> { ["HYBRID_PG"] = address });
}
