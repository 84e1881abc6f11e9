using HybridStore.Hot;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>
/// Limits of the server's on locks and statements, while others are in the way of a load, an eviction and a sync. After each: whole days, books
/// that say what is there, a message that says what to do; and the same command finishes the job when the way is free.
/// </summary>
public sealed class HotTimeoutTests(HotFaultWorld world) : IClassFixture<HotFaultWorld>
{
    public static readonly MatrixTheoryData<HotFaultWork, HotObstacle, string> Cases =
        new(Enum.GetValues<HotFaultWork>(), Enum.GetValues<HotObstacle>(), ["role lock_timeout", "address statement_timeout"]);

    private static readonly LockTurns Short = new(TimeProvider.System) { TurnMin = TimeSpan.FromMilliseconds(50), TurnMax = TimeSpan.FromMilliseconds(50), Limit = TimeSpan.FromMilliseconds(300) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_work_with_limits_set_that_finds_somebody_in_its_way_leaves_whole_days_and_run_again_finishes(HotFaultWork work, HotObstacle obstacle, string limit)
    {
        var smooth = await world.RunSmoothlyAsync(work);
        var database = await world.CreateDatabaseAsync();
        var port = (await world.StartAsync()).Port;
        await using var user = await world.ConnectAsync(database);
        var (where, setting) = (limit.Split(' ')[0], limit.Split(' ')[1]);
        if (where == "role") await user.RunAsync($"alter role hybrid in database {database} set {setting} = '1s'");
        var options = where == "address" ? $"-c {setting}=1s" : null;

        Exception? error;
        await using (var other = await user.ConnectAsync())
        await using (await other.BeginTransactionAsync(Cancellation))
        {
            await using var command = new NpgsqlCommand(Sql(obstacle), other);
            await command.ExecuteNonQueryAsync(Cancellation);
            error = await Record.ExceptionAsync(() => world.RunAsync(work, database, port, options, Short));
        }

        // A reader is in nobody's way but that of DROP.
        if (obstacle == HotObstacle.Reader && work is (HotFaultWork.Load or HotFaultWork.LoadByPages)) Assert.Null(error);
        else
        {
            Assert.Equal(StoreErrorKind.Environment, Assert.IsType<StoreException>(error).Kind);
            Assert.Contains("run the command again", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(world.Password, error.ToString(), StringComparison.Ordinal);
        }

        (await world.LookAsync(database)).AssertWhole(work, smooth.Before, smooth.After, $"{work}, {obstacle}, {limit}");
        await world.RunAsync(work, database, port, options);
        // An index that a second symbol makes superfluous stays when a reader has it in use.
        var finished = await world.LookAsync(database);
        Assert.Equal(smooth.After, error is null ? finished with { Indexes = smooth.After.Indexes } : finished);
        Assert.Equal(smooth.Problems, await world.VerifyAsync(work, database));
    }

    [Fact]
    public async Task A_limit_on_whole_transactions_does_not_stop_a_load()
    {
        var smooth = await world.RunSmoothlyAsync(HotFaultWork.Load);
        var database = await world.CreateDatabaseAsync();
        var server = await world.StartAsync();
        await using var user = await world.ConnectAsync(database);
        await using var proxy = new PostgresProxy(() => server.Port)
        {
            // Longer than the limit.
            Before = step => step.Text == "end of a COPY" ? user.RunAsync("select pg_sleep(0.6)") : Task.CompletedTask,
        };

        await world.RunAsync(HotFaultWork.Load, database, proxy.Port, "-c transaction_timeout=500ms");

        Assert.Equal(smooth.After, await world.LookAsync(database));
    }

    private static string Sql(HotObstacle obstacle) => obstacle switch
    {
        HotObstacle.Reader => "select count(*) from quotes",
        HotObstacle.IndexBuilder => "create index by_size on quotes (bid_size)",
        _ => "lock table hybrid.symbol_days in access exclusive mode",
    };
}
