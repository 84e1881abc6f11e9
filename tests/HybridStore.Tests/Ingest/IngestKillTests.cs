using System.Diagnostics;
using System.Globalization;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Tests.Lake;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>kill -9 of an ingest that commits in steps, at many moments: the next run goes on, and every row and reject is there once.</summary>
public sealed class IngestKillTests : IDisposable
{
    private const string FolderVariable = "HYBRID_TEST_INGEST_KILL_FOLDER";
    private const string MomentVariable = "HYBRID_TEST_INGEST_KILL_MOMENT";
    private const int ExitCodeOfKill = 137;
    private const int Rows = 40_000;
    private const int RowsBad = 8;

    private readonly TemporaryFolder _sources = new();

    public IngestKillTests()
    {
        var text = new StringBuilder("symbol,timestamp,price\n");
        for (var row = 0; row < Rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(row % 2 == 0 ? "A" : "B")},2024-11-0{1 + row / 10_000} 10:{row / 60 % 60:00}:{row % 60:00},{(row % 5_000 == 4_321 ? "bad" : $"{row}.5")}\n");
            if (row == Rows * 3 / 4 - 1)
            {
                _sources.Write("in/a.csv", text.ToString());
                text.Clear().Append("symbol,timestamp,price\n");
            }
        }

        _sources.Write("in/b.csv", text.ToString());
    }

    public void Dispose() => _sources.Dispose();

    /// <summary>More moments with <c>HYBRID_TEST_KILLS</c>.</summary>
    [Fact]
    public void Run_killed_at_any_moment_is_continued_by_the_next_without_a_row_lost_or_twice()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("HYBRID_TEST_KILLS") ?? "6", CultureInfo.InvariantCulture);
        var moments = 0;
        using (var whole = new TemporaryFolder()) Ingest(whole.File("store"), new LookedAtTime(() => Interlocked.Increment(ref moments)));
        Assert.True(moments > 30);
        var versions = new HashSet<long>();
        for (var kill = 0; kill < kills; kill++)
        {
            using var folder = new TemporaryFolder();
            var store = folder.File("store");
            var moment = 1 + (moments - 2) * (kill + 1) / (kills + 1);
            using var child = ChildTest.Start(
                typeof(IngestKillTests), nameof(Child_ingests_until_it_is_killed), (FolderVariable, folder.Path + "|" + _sources.Path), (MomentVariable, moment.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(ExitCodeOfKill, ChildTest.Finish(child).ExitCode);
            versions.Add(Table(store).TryLoad()?.Version ?? -1);

            Ingest(store, TimeProvider.System);
            var snapshot = Table(store).TryLoad()!;
            Assert.Equal(Rows - RowsBad, snapshot.Files.Sum(file => file.RowCount));
            Assert.Equal($"{Rows - RowsBad}", IngestFolder.Ask($"select count(distinct price) from read_parquet({SqlText.LiteralList(snapshot.Files.Select(snapshot.Locate))}, hive_partitioning = false)"));
            Assert.Equal(RowsBad, Quarantine.Read(snapshot).Select(row => (row.File, row.Line)).Distinct().Count());
            Assert.Equal(RowsBad, Quarantine.Read(snapshot).Count());
            Assert.Equal(Rows, Table(store).History().Sum(entry => entry.Details!.RowsRead));
            Assert.Empty(Table(store).Verify(deep: true, TestContext.Current.CancellationToken).Problems);
        }

        Assert.True(versions.Count > 2, string.Join(',', versions));
    }

    /// <summary>What the child process runs; on its own it has nothing to do.</summary>
    [Fact(Explicit = true)]
    public void Child_ingests_until_it_is_killed()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable)?.Split('|') is not [var folder, var sources]) return;
        var left = int.Parse(Environment.GetEnvironmentVariable(MomentVariable)!, CultureInfo.InvariantCulture);
        Ingest(Path.Combine(folder, "store"), new LookedAtTime(() =>
        {
            if (Interlocked.Decrement(ref left) == 0) Process.GetCurrentProcess().Kill();
        }), sources);
    }

    private static LakeTable Table(string store) => new(new StorePaths(store).Dataset("d"), TimeProvider.System);

    private void Ingest(string store, TimeProvider time) => Ingest(store, time, _sources.Path);

    private static void Ingest(string store, TimeProvider time, string sources) => new Ingestor(store, time, new IngestProgress(), _ => { }).Run(
        new IngestRequest { Paths = [Path.Combine(sources, "in")], Dataset = "d", Partitioning = HybridStore.Schema.Partitioning.SymbolDate, CommitBytes = 200_000, Jobs = 1 }, CancellationToken.None);

    /// <summary>A clock that tells when it is looked at: an ingest does so all along, between two durable steps mostly.</summary>
    private sealed class LookedAtTime(Action look) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            look();
            return base.GetUtcNow();
        }

        public override long GetTimestamp()
        {
            look();
            return base.GetTimestamp();
        }
    }
}
