using System.Globalization;
using System.IO.Compression;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Lake;
using HybridStore.Schema;
using HybridStore.Tests.Ingest.Workbooks;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>The same rows as plain text, packed, in an archive, in a workbook and by the clocks of a zone: filters, steps and retries work on each.</summary>
public sealed class SourceKindTests : IDisposable
{
    private const int Minutes = 4_500;
    private const string LocalTimes = "local.csv";

    /// <summary>Rows whose price is no number.</summary>
    private static readonly int[] Bad = [77, 2_222, 4_321];

    private static readonly DateTime Start = new(2024, 11, 2, 4, 0, 0, DateTimeKind.Utc);
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private readonly IngestFolder _folder = new();

    public static TheoryData<string> Kinds => ["a.csv", "a.csv.gz", "a.zip", "a.xlsx", LocalTimes];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Filters_leave_the_same_rows_of_each(string kind)
    {
        var filter = new SourceFilter { Symbols = ["S1", "S3"], From = new(2024, 11, 3), To = new(2024, 11, 3), Columns = ["price"] };
        var report = _folder.Ingest(Write(kind), request => With(request, kind) with { Filter = filter });
        var wanted = Enumerable.Range(0, Minutes).Where(row => row % 5 is 1 or 3 && DayOf(row, kind) == filter.From).ToList();
        // New York's third of November has 25 hours.
        Assert.Equal((kind == LocalTimes ? 25 : 24) * 24, wanted.Count);
        Assert.Equal(Minutes, report.Totals.RowsRead);
        Assert.Equal(Minutes - wanted.Count, report.Totals.RowsFiltered + report.Totals.RowsRejected);
        Assert.Equal(Expected(wanted), Stored());
        Assert.Equal(["symbol", "timestamp", "price"], _folder.Snapshot().Dataset.Columns.Select(column => column.Name));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steps_add_up_to_the_whole_of_each(string kind)
    {
        var path = Write(kind);
        var report = _folder.Ingest(path, request => With(request, kind) with { CommitBytes = 40_000 });
        // Which of the two hours it is, where clocks go back, is told by the rows before: such a source is one step.
        Assert.Equal(kind != LocalTimes, report.Version > 1);
        Assert.Equal((Minutes, Minutes - Bad.Length, Bad.Length), (report.Totals.RowsRead, report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Equal(Bad.Select(row => row + 2), _folder.RejectRows().Select(row => row.GetProperty("line").GetInt32()));
        Assert.Equal(Expected(Enumerable.Range(0, Minutes).Except(Bad)), Stored());
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(path, request => With(request, kind) with { Partitioning = null }).Files.Single().Status);
        Assert.Empty(new LakeTable(_folder.Snapshot().Folder, TimeProvider.System).Verify(deep: true, CancellationToken.None).Problems);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rejects_of_each_are_stored_by_a_retry(string kind)
    {
        _folder.Ingest(Write(kind), request => With(request, kind));
        Assert.Equal(Bad.Length, _folder.Rejects().Length);
        var report = new RejectRetry(_folder.Store, TimeProvider.System, _folder.Notes.Add).Run("d", new IngestRequest { Paths = [] }, ["bad"], edited: null, CancellationToken.None);
        Assert.Equal((Bad.Length, Bad.Length, 0), (report.RowsRetried, report.RowsStored, report.RowsRejected));
        Assert.Empty(Quarantine.Read(_folder.Snapshot()));
        var bad = Bad.Select(row => new DateTimeOffset(Start.AddMinutes(row)).ToUnixTimeSeconds()).Order();
        Assert.Equal(string.Join(' ', bad), IngestFolder.Ask($"select string_agg(epoch(timestamp)::bigint, ' ' order by timestamp) from {_folder.Rows()} where price is null"));
        Assert.Equal($"{Minutes}", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    private static IngestRequest With(IngestRequest request, string kind)
    {
        var types = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.Double) };
        if (kind != LocalTimes) return request with { ColumnTypes = types };
        types["timestamp"] = new(ColumnKind.TimestampTz);
        return request with { ColumnTypes = types, TimeZone = NewYork.Id };
    }

    private static DateOnly DayOf(int row, string kind)
    {
        var time = Start.AddMinutes(row);
        return DateOnly.FromDateTime(kind == LocalTimes ? TimeZoneInfo.ConvertTimeFromUtc(time, NewYork) : time);
    }

    private static string Expected(IEnumerable<int> rows)
    {
        var wanted = rows.ToList();
        return $"{wanted.Count},{wanted.Sum(row => row * 0.5):F1},{wanted.Sum(row => (long)row * new DateTimeOffset(Start.AddMinutes(row)).ToUnixTimeSeconds())},{wanted.Count(row => row % 5 == 1)}";
    }

    private string Stored() => IngestFolder.Ask(
        $"select count(*), sum(price), sum((price * 2)::hugeint * epoch(timestamp)::bigint), count(*) filter (symbol = 'S1') from {_folder.Rows()}");

    private string Write(string kind)
    {
        var path = _folder.File(kind);
        if (kind.EndsWith(".xlsx", StringComparison.Ordinal))
        {
            using var workbook = new XlsxFile(path);
            workbook.Sheet("quotes", [["symbol", "timestamp", "price", "note"], .. Enumerable.Range(0, Minutes).Select(row => (object?[])[$"S{row % 5}", Start.AddMinutes(row), Bad.Contains(row) ? "bad" : row * 0.5, "n"])]);
            return path;
        }

        var text = new StringBuilder("symbol,timestamp,price,note\n");
        for (var row = 0; row < Minutes; row++)
        {
            var time = kind == LocalTimes ? TimeZoneInfo.ConvertTimeFromUtc(Start.AddMinutes(row), NewYork) : Start.AddMinutes(row);
            text.Append(CultureInfo.InvariantCulture, $"S{row % 5},{time:yyyy-MM-dd HH:mm:ss},{(Bad.Contains(row) ? "bad" : row * 0.5)},n\n");
        }

        using var file = File.Create(path);
        if (kind.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Create);
            using var member = archive.CreateEntry("a.csv").Open();
            member.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }
        else
        {
            using Stream output = kind.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Fastest) : file;
            output.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }

        return path;
    }
}
