using System.Globalization;
using System.Text;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Columns of few texts are written as enums; whatever comes later in them, what is stored is what the text said.</summary>
public sealed class TextCodesTests : IDisposable
{
    private const int RowCount = 60_000;

    private readonly IngestFolder _folder = new();

    public static TheoryData<string, bool, string> Cases()
    {
        var cases = new TheoryData<string, bool, string>();
        foreach (var kind in (string[])["few", "missing first", "all missing but one", "a new one late", "many new ones late", "too many late", "a long one late", "all different", "multi-byte"])
        {
            cases.Add(kind, false, "symbol/date");
            cases.Add(kind, true, "symbol/date");
            cases.Add(kind, true, "month");
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Texts_read_back_as_they_were_written(string kind, bool isInterleaved, string layout)
    {
        var text = new StringBuilder("venue,symbol,timestamp,price,note\n");
        for (var row = 0; row < RowCount; row++)
        {
            var symbol = isInterleaved ? row % 3 : row * 3 / RowCount;
            text.Append(CultureInfo.InvariantCulture, $"{TextOf(kind, row)},S{symbol},2024-11-01 10:{row / 1000 % 60:00}:{row / 17 % 60:00},{row}.25,{(row % 7 == 0 ? "" : "n" + (row % 5))}\n");
        }

        var path = _folder.Write("in.csv", text.ToString());
        var report = _folder.Ingest(path, request => request with { Partitioning = PartitioningText.Parse(layout), Jobs = 1 });
        Assert.Equal(RowCount, report.Totals.RowsStored);
        const string columns = "venue, symbol, timestamp, price, note";
        var source = $"read_csv('{path}', header = true, auto_detect = false, columns = {{'venue': 'VARCHAR', 'symbol': 'VARCHAR', 'timestamp': 'TIMESTAMP', 'price': 'DOUBLE', 'note': 'VARCHAR'}})";
        Assert.Equal("0", IngestFolder.Ask($"select count(*) from (select {columns} from {source} except all select {columns} from {_folder.Rows()})"));
        Assert.Equal("VARCHAR", IngestFolder.Ask($"select distinct typeof(venue) from {_folder.Rows()}"));
        Assert.True(report.Totals.FilesWritten <= 3 * 10, $"{report.Totals.FilesWritten} files");
    }

    private static string TextOf(string kind, int row) => kind switch
    {
        "few" => row % 11 == 0 ? "" : "V" + (row % 4),
        "missing first" => row < 5_000 ? "" : "V" + (row % 4),
        "all missing but one" => row == 31_111 ? "only" : "",
        "a new one late" => row > 50_000 && row % 100 == 0 ? "late" : "V" + (row % 4),
        "many new ones late" => "V" + (row < 10_000 ? row % 3 : row % 3 + (row / 500 % 20)),
        "too many late" => row < 30_000 ? "V" + (row % 4) : "W" + row,
        "a long one late" => row == 40_000 ? "a text that is longer than twelve bytes" : "V" + (row % 4),
        "all different" => "id" + row,
        _ => (row % 3) switch { 0 => "é", 1 => "日本", _ => "\U0001F600x" },
    };
}
