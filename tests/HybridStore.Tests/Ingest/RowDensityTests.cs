using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>The layout's reason names the rows a symbol and day: it must be near to the truth, whatever the order of the file and however it is packed.</summary>
public sealed class RowDensityTests : IDisposable
{
    private const int Hours = 16;

    private readonly IngestFolder _folder = new();

    public static TheoryData<string, int, int, int, string> Sources => new()
    {
        // How it is sorted, symbols, days, rows a symbol and day, how it is packed.
        { "time", 1, 1, 60_000, "" },
        { "time", 1, 1, 60_000, ".gz" },
        { "time", 1, 1, 60_000, ".zst" },
        { "time", 3, 10, 5_000, "" },
        { "time", 200, 20, 48, "" },
        { "time", 3, 10, 5_000, ".gz" },
        { "symbol", 3, 5, 10_000, "" },
        { "symbol", 2, 3, 60_000, "" },
        { "symbol", 50, 20, 100, "" },
        { "symbol", 50, 20, 100, ".gz" },
        { "nothing", 3, 5, 10_000, "" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_rows_of_a_symbol_and_day_are_estimated_within_a_factor_of_three(string order, int symbols, int days, int rowsPerDay, string packing)
    {
        var estimate = Estimate(Write(Text(order, symbols, days, rowsPerDay), packing));
        Assert.InRange(estimate, rowsPerDay / 3.0, rowsPerDay * 3.0);
    }

    [Theory]
    [InlineData("IBM_2013-10-07.csv.gz", 109_067)]
    [InlineData("IBM_2013-10-11.csv.gz", 99_852)]
    public void A_day_of_real_quotes_that_begins_with_quiet_hours_is_one_day(string name, int rows) =>
        Assert.InRange(Estimate(Path.Combine(Tidy.SourceTree.Root, "data/sample/quotes", name)), rows / 2.0, rows * 1.5);

    private string Write(string text, string packing)
    {
        var path = _folder.File("a.csv" + packing);
        if (packing == ".zst")
        {
            // No package packs zstd here, but DuckDB does.
            var plain = Write(text, "");
            IngestFolder.Ask($"copy (select column0 from read_csv('{plain}', header = false, delim = '', quote = '', columns = {{'column0': 'varchar'}})) to '{path}' (format csv, header false, quote '', delimiter '|', compression zstd)");
            return path;
        }

        using var file = File.Create(path);
        using Stream stream = packing == ".gz" ? new GZipStream(file, CompressionLevel.Fastest) : file;
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>The number in the sentence that gives the layout's reason.</summary>
    private double Estimate(string path)
    {
        _folder.Ingest(path, request => request with { Partitioning = null });
        var note = _folder.Notes.First(note => note.Contains("rows a symbol and day", StringComparison.Ordinal));
        return double.Parse(note.Split("about ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Rows that come ever faster from four in the morning to eight in the evening.</summary>
    private static string Text(string order, int symbols, int days, int rowsPerDay)
    {
        var rows = from day in Enumerable.Range(0, days)
                   from row in Enumerable.Range(0, rowsPerDay)
                   from symbol in Enumerable.Range(0, symbols)
                   select (Symbol: symbol, Time: new DateTime(2024, 11, 4, 4, 0, 0).AddDays(day).AddHours(Hours * Math.Sqrt((row + 1.0) / rowsPerDay)), Row: row);
        var random = new Random(7);
        var sorted = order switch
        {
            "symbol" => rows.OrderBy(row => row.Symbol).ThenBy(row => row.Time),
            "nothing" => rows.OrderBy(_ => random.Next()),
            _ => rows.OrderBy(row => row.Time),
        };
        var text = new StringBuilder("symbol,timestamp,v\n");
        foreach (var (symbol, time, row) in sorted) text.Append(CultureInfo.InvariantCulture, $"S{symbol:000},{time:yyyy-MM-dd HH:mm:ss.fff},{row}\n");
        return text.ToString();
    }
}
