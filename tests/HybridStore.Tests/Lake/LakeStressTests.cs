using System.Globalization;
using HybridStore.Lake;
using HybridStore.Query;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Writers that append and merge, readers by file and by SQL, compaction, vacuum and log cleanup, all at once, with seeded schedules.</summary>
public sealed class LakeStressTests
{
    /// <summary>How long, in seconds; a few by default.</summary>
    private const string SecondsVariable = "HYBRID_TEST_STRESS_SECONDS";

    private const int WriterCount = 3;
    private const int ReaderCount = 2;

    /// <summary>Longer than any reader needs its files, however busy the machine is.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(45);

    private static readonly DateRange Day = new(LakeFixture.Day1, LakeFixture.Day1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly record struct Tally(long Commits, long Conflicts, long Snapshots, long Statements, long FilesMerged, long FilesDeleted);

    [Fact]
    public async Task Everything_at_once_loses_no_row_doubles_none_and_every_snapshot_is_whole()
    {
        var seconds = double.Parse(Environment.GetEnvironmentVariable(SecondsVariable) ?? "3", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        var template = File.ReadAllBytes(Path.Combine(lake.Folder, lake.Tree().Single()));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        var works = new List<Task<Tally>>();
        for (var writer = 0; writer < WriterCount; writer++)
        {
            var number = writer;
            works.Add(OnThread(() => Write(lake, template, number, new Random(seed + number), stop.Token)));
        }

        for (var reader = 0; reader < ReaderCount; reader++) works.Add(OnThread(() => Read(lake, stop.Token)));
        works.Add(OnThread(() => Maintain(lake, new Random(seed + 100), stop.Token)));
        var tallies = await Task.WhenAll(works);

        var all = tallies.Aggregate((sum, one) => new Tally(
            sum.Commits + one.Commits, sum.Conflicts + one.Conflicts, sum.Snapshots + one.Snapshots, sum.Statements + one.Statements, sum.FilesMerged + one.FilesMerged, sum.FilesDeleted + one.FilesDeleted));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds} s, seed {seed}: {all}"));
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(all.Commits, snapshot.AppTransactions.Count);
        Assert.Equal(3 + 3 * all.Commits, snapshot.Files.Sum(file => file.RowCount));

        // Of IBM each three rows are priced 1, 2 and 3; the others 1 each.
        Assert.Equal([$"{3 + 3 * all.Commits}|0.0"], lake.Query($"SELECT concat_ws('|', count(*), sum(CASE WHEN symbol = 'IBM' THEN price - 2 ELSE price - 1 END)) FROM read_parquet([{string.Join(", ", snapshot.Files.Select(file => LakeFixture.Quote(snapshot.Locate(file))))}], hive_partitioning = false)"));
        Assert.Equal(snapshot.Files.Select(file => file.Path), lake.Tree(withLog: false));
        Assert.Empty(lake.Table.Verify(deep: true, Token).Problems);
        Assert.Empty(lake.Leftovers());
        StrictDeltaReader.Check(lake.Folder);
    }

    private static Task<Tally> OnThread(Func<Tally> work) => Task.Factory.StartNew(work, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Each commit adds three rows to the writer's symbol, by itself or merged over the rows of the merge before it.</summary>
    private static Tally Write(LakeFixture origin, byte[] template, int writer, Random random, CancellationToken stop)
    {
        using var lake = new LakeFixture(origin.Store.Root);
        var tally = default(Tally);
        var merged = 0;
        while (!stop.IsCancellationRequested)
        {
            var isMerge = random.Next(4) == 0;
            using var transaction = lake.Table.Begin(lake.Table.TryLoad(), "ingest");
            transaction.SetAppTransaction($"{writer}-{tally.Commits}", 0);
            var details = isMerge ? Merge(lake, transaction, $"W{writer}", merged) : Append(transaction, template);
            var outcome = transaction.Commit(details, Token);
            Assert.True(outcome.Conflict is CommitConflict.None or CommitConflict.DataChanged, outcome.Message);
            if (!outcome.Committed)
            {
                tally = tally with { Conflicts = tally.Conflicts + 1 };
                continue;
            }

            tally = tally with { Commits = tally.Commits + 1 };
            if (isMerge) merged++;
        }

        return tally;
    }

    private static CommitDetails Append(LakeTransaction transaction, byte[] template)
    {
        // The template's prices are 1, 2 and 3: their own sum is told from the others' by the symbol.
        var file = transaction.Stage("IBM", Day);
        File.WriteAllBytes(file.StagingPath, template);
        transaction.Add(file, 3, []);
        return LakeFixture.Details(3);
    }

    private static CommitDetails Merge(LakeFixture lake, LakeTransaction transaction, string symbol, int number)
    {
        var source = Path.Combine(lake.Store.Root, $"{symbol}.file");
        var (from, to) = (number == 0 ? 0 : number * 3 - 2, number * 3 + 3);
        lake.Connection.Execute(
            $"COPY (SELECT '{symbol}' AS symbol, TIMESTAMP '2024-11-01' + to_seconds(i) AS time, 1.0 AS price FROM range({from}, {to}) AS rows(i)) TO {LakeFixture.Quote(source)} (FORMAT parquet)", Token);
        var merge = transaction.MergePartition(symbol, Day, [source], ["symbol", "time"], keepLast: true, Token);
        Assert.Equal(merge.RowsBefore + 3, merge.RowsKept + merge.RowsStored);
        return new CommitDetails { RowsRead = to - from, RowsStored = merge.RowsStored, RowsDeduplicated = to - from - merge.RowsStored };
    }

    private static Tally Read(LakeFixture lake, CancellationToken stop)
    {
        var tally = default(Tally);
        var lastVersion = -1L;
        do
        {
            var snapshot = lake.Table.TryLoad()!;
            Assert.True(snapshot.Version >= lastVersion);
            lastVersion = snapshot.Version;
            var expected = 3 + 3L * snapshot.AppTransactions.Count;
            Assert.Equal(expected, snapshot.Files.Sum(file => file.RowCount));
            if (tally.Snapshots % 2 == 0)
            {
                snapshot.RequireIntact(snapshot.Files, Token);
            }
            else
            {
                using var engine = QueryEngine.Open([QuerySource.Of(snapshot)], new QueryOptions { ThreadsMax = 1 });
                using var reader = engine.Run("select count(*) from ticks where price > 0", cancellationToken: Token);
                Assert.True(reader.Read());
                Assert.Equal(expected, reader.Chunk.Column(0).Values<long>()[0]);
                tally = tally with { Statements = tally.Statements + 1 };
            }

            tally = tally with { Snapshots = tally.Snapshots + 1 };
        }
        while (!stop.IsCancellationRequested);
        return tally;
    }

    private static Tally Maintain(LakeFixture lake, Random random, CancellationToken stop)
    {
        var tally = default(Tally);
        do
        {
            switch (random.Next(4))
            {
                case 0:
                    tally = tally with { FilesDeleted = tally.FilesDeleted + lake.Table.Vacuum(Retention, dryRun: false, Token).Paths.Count };
                    break;
                case 1:
                    tally = tally with { FilesDeleted = tally.FilesDeleted + lake.Table.CleanLog(Retention, dryRun: false, Token).Paths.Count };
                    break;
                default:
                    tally = tally with { FilesMerged = tally.FilesMerged + lake.Table.Compact(1 << 20, Token).FilesBefore };
                    break;
            }
        }
        while (!stop.IsCancellationRequested);
        return tally;
    }
}
