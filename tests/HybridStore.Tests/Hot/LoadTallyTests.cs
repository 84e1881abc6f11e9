using DuckDB.NET.Native;
using HybridStore.Hot;
using HybridStore.Native.DuckDb;
using Xunit;

namespace HybridStore.Tests.Hot;

public sealed class LoadTallyTests
{
    private sealed class Reports : List<HotProgress>, IProgress<HotProgress>
    {
        public void Report(HotProgress value) => Add(value);
    }

    [Fact]
    public async Task A_day_that_is_loaded_again_after_a_moved_file_counts_its_rows_once()
    {
        var reports = new Reports();
        var tally = new LoadTally(rowsTotal: 100, symbolDaysTotal: 1, reports);
        var attempts = 0;
        var outcome = await tally.LoadAsync(sent =>
        {
            sent(60);
            if (++attempts == 1) throw new DuckDbException(DuckDBErrorType.Io, "IO Error: No such file or directory");
            sent(40);
            return Task.FromResult(new HotDayLoader.Outcome(100, 1, 0));
        });
        tally.Commit(outcome);
        Assert.Equal([60, 0, 60, 100, 100], reports.Select(report => report.Rows));
        Assert.All(reports, report => Assert.InRange(report.Rows, 0, report.RowsTotal));
    }

    [Fact]
    public async Task Another_failure_is_not_tried_again()
    {
        var attempts = 0;
        var tally = new LoadTally(rowsTotal: 100, symbolDaysTotal: 1, progress: null);
        await Assert.ThrowsAsync<DuckDbException>(() => tally.LoadAsync(_ =>
        {
            attempts++;
            throw new DuckDbException(DuckDBErrorType.OutOfMemory, "Out of Memory Error");
        }));
        Assert.Equal(1, attempts);
    }
}
