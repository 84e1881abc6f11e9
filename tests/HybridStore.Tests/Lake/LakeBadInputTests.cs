using HybridStore.Lake;
using Xunit;

namespace HybridStore.Tests.Lake;

/// <summary>Logs of a newer hybrid or of other programs, and clocks that are wrong.</summary>
public sealed class LakeBadInputTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("\"hybrid.formatVersion\":\"1\"", "\"hybrid.formatVersion\":\"2\"", "A newer hybrid wrote it")]
    [InlineData("\"hybrid.partitioning\":\"symbol/date\"", "\"hybrid.partitioning\":\"venue/date\"", "There is no layout")]
    [InlineData("\"hybrid.timeColumn\":\"time\"", "\"other\":\"time\"", "hybrid did not make it")]
    [InlineData("\"minReaderVersion\":3", "\"minReaderVersion\":4", "reader version 4")]
    [InlineData("\"readerFeatures\":[\"timestampNtz\"]", "\"readerFeatures\":[\"timestampNtz\",\"deletionVectors\"]", "deletionVectors")]
    public void TryLoad_of_a_newer_or_foreign_table_is_refused_with_the_reason(string part, string instead, string reason)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        Rewrite(lake, part, instead);
        var error = Assert.Throws<StoreException>(() => lake.Table.TryLoad());
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Single(lake.Table.Verify(deep: false, Token).Problems);
    }

    [Theory]
    [InlineData("\"writerFeatures\":[\"timestampNtz\"]", "\"writerFeatures\":[\"timestampNtz\",\"changeDataFeed\"]", "changeDataFeed")]
    [InlineData("\"minWriterVersion\":7", "\"minWriterVersion\":8", "writer version 8")]
    [InlineData("\"hybrid.formatVersion\"", "\"delta.appendOnly\":\"true\",\"hybrid.formatVersion\"", "delta.appendOnly")]
    public void Begin_on_a_table_whose_writers_must_know_more_is_refused_and_it_is_still_read(string part, string instead, string reason)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        Rewrite(lake, part, instead);
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(1, snapshot.Files.Single().RowCount);
        Assert.Contains(reason, Assert.Throws<StoreException>(() => lake.Table.Begin(snapshot, "ingest")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_goes_backwards_loses_nothing_and_deletes_nothing_too_early()
    {
        using var lake = new LakeFixture();
        var now = TimeProvider.System.GetUtcNow();
        var clock = new FixedClock { Now = now };
        var table = new LakeTable(lake.Folder, clock);
        lake.Append(table, "a", ("IBM", LakeFixture.Day1, 3));
        clock.Now = now.AddYears(-30);
        lake.Append(table, "b", ("IBM", LakeFixture.Day1, 2));
        Assert.Equal(2, table.Compact(1 << 20, Token).FilesBefore);
        clock.Now = now.AddYears(-40);
        lake.Append(table, "c", ("AIG", LakeFixture.Day1, 1));
        Assert.Equal(["AIG|2024-11-01|1|1.0", "IBM|2024-11-01|5|9.0"], lake.Glob());
        Assert.Equal([3L, 2L, 1L, 0L], table.History().Select(entry => entry.Version));
        clock.Now = now.AddYears(-90);
        table.Begin(table.TryLoad(), "ingest").Dispose();
        clock.Now = now.AddYears(-40);
        Assert.Empty(table.Vacuum(TimeSpan.FromDays(1), dryRun: false, Token).Paths);
        Assert.Empty(table.CleanLog(TimeSpan.FromDays(1), dryRun: false, Token).Paths);
        Assert.Equal(4, table.Undo(1, Token).Version);
        Assert.Equal(["IBM|2024-11-01|5|9.0"], lake.Glob());
        Assert.Empty(table.Verify(deep: true, Token).Problems);
        StrictDeltaReader.Check(lake.Folder);
    }

    /// <summary>Changes version 0 as another program might have written it: without hybrid's marks there is no checksum to keep.</summary>
    private static void Rewrite(LakeFixture lake, string part, string instead)
    {
        var path = Path.Combine(lake.Folder, "_delta_log", "00000000000000000000.json");
        var text = File.ReadAllText(path);
        Assert.Contains(part, text, StringComparison.Ordinal);
        text = text.Replace(part, instead, StringComparison.Ordinal);
        File.WriteAllText(path, text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    private sealed class FixedClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
