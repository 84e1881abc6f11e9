using System.Text;
using HybridStore.Ingest;
using Xunit;

namespace HybridStore.Tests.Ingest;

/// <summary>Symbols and days that no column tells, and the standard input, which has no path at all.</summary>
public sealed class PathSourceTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_with_a_symbol_stores_it_in_all_rows()
    {
        var path = _folder.Write("a.csv", "timestamp,price\n2024-11-01 10:00:00,1.5\n2024-11-02 10:00:00,2.5\n");
        _folder.Ingest(path, request => request with { Symbol = "a symbol of more than twelve bytes" });
        Assert.Equal("a symbol of more than twelve bytes,2024-11-01 10:00:00,1.5\na symbol of more than twelve bytes,2024-11-02 10:00:00,2.5", All("symbol, timestamp, price"));
        // The same bytes under another symbol are other rows.
        _folder.Ingest(path, request => request with { Symbol = "NULL" });
        Assert.Equal("4", All("count(*)"));
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(path, request => request with { Symbol = "NULL" }).Files[0].Status);
    }

    [Fact]
    public void Ingest_of_files_by_symbol_takes_the_symbol_from_their_paths()
    {
        const string bars = "Date,Close\n2024-11-01,1.5\n2024-11-04,2.5\n";
        foreach (var name in (string[])["bars/AAPL.csv", "bars/BRK.B.csv", "bars/deep/007.csv"]) _folder.Write(name, bars);
        _folder.Ingest(_folder.File("bars"), request => request with { PathPattern = "{symbol}.csv" });
        Assert.Equal("007,2024-11-01,1.5\n007,2024-11-04,2.5\nAAPL,2024-11-01,1.5\nAAPL,2024-11-04,2.5\nBRK.B,2024-11-01,1.5\nBRK.B,2024-11-04,2.5", All("symbol, date, close"));
        Assert.Contains(_folder.Notes, note => note.Contains("'symbol' is the symbol column: its value is told by each file's path"));
    }

    [Fact]
    public void Ingest_of_files_by_symbol_and_day_takes_the_day_for_times_of_day()
    {
        _folder.Write("in/BRK_B_20241101.csv", "time,price\n09:30:00.25,1\n24:00,2\n");
        _folder.Write("in/AAPL_2024-11-02.csv", "price,time\n3,4:00 PM\n");
        _folder.Ingest(_folder.File("in"), request => request with { PathPattern = "{symbol}_{date}.csv" });
        Assert.Equal("AAPL,2024-11-02 16:00:00,3\nBRK_B,2024-11-01 09:30:00.25,1\nBRK_B,2024-11-02 00:00:00,2", All("symbol, timestamp, price"));
    }

    [Fact]
    public void Ingest_with_a_pattern_over_folders_reads_packed_files_of_a_day_without_a_time()
    {
        _folder.Write("in/x/2024.11.01/a.csv", "symbol,close\nA,1\n");
        Directory.CreateDirectory(_folder.File("in/x/2024.11.04"));
        using (var packed = new System.IO.Compression.GZipStream(File.Create(_folder.File("in/x/2024.11.04/b.csv.gz")), System.IO.Compression.CompressionLevel.Fastest)) packed.Write("symbol,close\nA,2\n"u8);
        _folder.Ingest(_folder.File("in"), request => request with { PathPattern = "x/{date}/*.csv" });
        Assert.Equal("A,2024-11-01,1\nA,2024-11-04,2", All("symbol, date, close"));
    }

    [Fact]
    public void Ingest_ignores_the_day_of_a_path_where_rows_have_their_own()
    {
        _folder.Write("in/A_20241101.csv", "timestamp,price\n2024-11-05 10:00:00,1\n");
        _folder.Ingest(_folder.File("in"), request => request with { PathPattern = "{symbol}_{date}.csv" });
        Assert.Equal("A,2024-11-05 10:00:00,1", All("symbol, timestamp, price"));
    }

    [Fact]
    public void Ingest_of_a_file_whose_path_does_not_fit_fails_it_alone()
    {
        _folder.Write("in/A_20241101.csv", "timestamp,price\n2024-11-01 10:00:00,1\n");
        _folder.Write("in/other.csv", "timestamp,price\n2024-11-01 10:00:00,2\n");
        _folder.Write("in/A_20241399.csv", "timestamp,price\n2024-11-01 10:00:00,3\n");
        var report = _folder.Ingest(_folder.File("in"), request => request with { PathPattern = "{symbol}_{date}.csv" });
        Assert.Equal([IngestStatus.Ingested, IngestStatus.Failed, IngestStatus.Failed], report.Files.Select(file => file.Status));
        Assert.Contains("found '20241399'", report.Files[1].Error);
        Assert.Contains("does not fit --path-pattern '{symbol}_{date}.csv'", report.Files[2].Error);
    }

    [Theory]
    [InlineData("{ticker}.csv", "found '{ticker}'")]
    [InlineData("*.csv", "expected {symbol} or {date} in it")]
    public void Ingest_with_a_pattern_that_tells_nothing_is_refused(string pattern, string message)
    {
        var path = _folder.Write("a.csv", "timestamp,price\n2024-11-01 10:00:00,1\n");
        var exception = Assert.Throws<StoreException>(() => _folder.Ingest(path, request => request with { PathPattern = pattern }));
        Assert.Equal(StoreErrorKind.Usage, exception.Kind);
        Assert.Contains(message, exception.Message);
    }

    [Fact]
    public void Ingest_with_a_symbol_for_a_file_that_has_one_is_refused()
    {
        var path = _folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1\n");
        var exception = Assert.Throws<StoreException>(() => _folder.Ingest(path, request => request with { Symbol = "B" }));
        Assert.Contains("has a column 'symbol' of its own", exception.Message);
    }

    [Fact]
    public void Ingest_of_files_with_other_orders_of_columns_puts_each_where_it_belongs()
    {
        _folder.Write("in/a.csv", "symbol,timestamp,price,size\nA,2024-11-01 10:00:00,1.5,10\n");
        _folder.Write("in/b.csv", "SIZE;Price;symbol;Timestamp\n20;2,5;B;2024-11-01T11:00:00\n");
        _folder.Write("in/c.tsv", "timestamp\tsize\tsymbol\tprice\n2024/11/01 12:00\t30\tC\t3.5\n");
        _folder.Ingest(_folder.File("in"));
        Assert.Equal("A,2024-11-01 10:00:00,1.5,10\nB,2024-11-01 11:00:00,2.5,20\nC,2024-11-01 12:00:00,3.5,30", All("symbol, timestamp, price, size"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("gzip")]
    [InlineData("zip")]
    public void Ingest_of_the_standard_input_tells_by_its_bytes_how_it_is_packed(string packing)
    {
        var text = Encoding.UTF8.GetBytes("symbol,timestamp,price\nA,2024-11-01 10:00:00,1\nA,oops,2\nA,2024-11-01 10:00:01,3\n");
        using var stream = new MemoryStream();
        if (packing == "plain") stream.Write(text);
        else if (packing == "zip") stream.Write(new Archives.ZipBytes().Add("a.csv", Encoding.UTF8.GetString(text)).ToArray());
        else using (var packed = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) packed.Write(text);
        stream.Position = 0;
        var report = _folder.Ingest("-", request => request with { StandardInput = stream });
        Assert.Equal((2, 1), (report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Equal(packing == "zip" ? "-!a.csv" : "-", report.Files[0].Path);
        Assert.Contains("\"line\":3", Assert.Single(_folder.Rejects()));
    }

    [Fact]
    public void Ingest_of_the_standard_input_needs_a_name_for_its_dataset()
    {
        var exception = Assert.Throws<StoreException>(() => _folder.Ingest("-", request => request with { StandardInput = Stream.Null, Dataset = null }));
        Assert.Contains("--dataset NAME", exception.Message);
    }

    private string All(string columns) => IngestFolder.Ask($"select {columns} from {_folder.Rows()} order by all");
}
