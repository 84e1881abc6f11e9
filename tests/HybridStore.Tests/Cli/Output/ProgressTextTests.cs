using HybridStore.Cli.Output;
using HybridStore.Ingest;
using Xunit;

namespace HybridStore.Tests.Cli.Output;

public sealed class ProgressTextTests
{
    [Fact]
    public void Line_has_rows_speed_files_time_left_and_memory()
    {
        var progress = new IngestProgress();
        progress.Expect(3, 1_000);
        Assert.Equal("0 rows, 0 rows/s, 0/3 files, beginning, 1.5 GB", ProgressText.Line(progress, 2, 3L << 29));
        progress.AddBytes(250);
        progress.AddRows(12_345);
        progress.FinishFile();
        Assert.Equal(25, ProgressText.Percent(progress));
        Assert.Equal("12,345 rows, 123 rows/s, 1/3 files, 00:05:00 left, 100 MB", ProgressText.Line(progress, 100, 100 << 20));
        Assert.StartsWith("12,345 rows, 0 rows/s, 1/3 files, 30:00:00 left", ProgressText.Line(progress, 36_000, 1));
        progress.AddBytes(750);
        Assert.Contains("finishing", ProgressText.Line(progress, 100, 1));
    }
}
