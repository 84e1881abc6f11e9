using System.Globalization;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class FilterTests : IDisposable
{
    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Symbols_and_days_that_are_not_wanted_are_counted_as_filtered(bool isInterleaved)
    {
        var path = _folder.Write("a.csv", Text(isInterleaved));
        var filter = new SourceFilter { Symbols = ["S3", "a symbol that is longer than twelve bytes"], From = new(2024, 11, 2), To = new(2024, 11, 3) };
        var report = _folder.Ingest(path, request => request with { Filter = filter });
        Assert.Equal((30_000, 30_000 - 2_000, 0), (report.Totals.RowsRead, report.Totals.RowsFiltered, report.Totals.RowsRejected));
        Assert.Equal("0", IngestFolder.Ask(
            $"select count(*) from (select symbol, timestamp, price, note from read_csv('{path}', all_varchar = true) where (symbol = 'S3' or length(symbol) > 12) and timestamp::date between '2024-11-02' and '2024-11-03' except all select symbol, timestamp::VARCHAR, price::VARCHAR, note from {_folder.Rows()})"));
        Assert.Equal("2000", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void The_same_file_with_another_filter_is_not_taken_for_known_and_a_note_says_what_that_means()
    {
        var path = _folder.Write("a.csv", Text(isInterleaved: true));
        _folder.Ingest(path, request => request with { Filter = new() { Symbols = ["S1"] } });
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(path, request => request with { Filter = new() { Symbols = ["S1"] } }).Files.Single().Status);
        Assert.Equal(3_000, _folder.Ingest(path, request => request with { Filter = new() { Symbols = ["S2"] } }).Totals.RowsStored);
        Assert.Contains(_folder.Notes, note => note.Contains("was ingested before with another choice", StringComparison.Ordinal));
        var all = _folder.Ingest(path, request => request with { OnDuplicate = DuplicatePolicy.Skip });
        Assert.Equal((24_000, 6_000), (all.Totals.RowsStored, all.Totals.RowsDeduplicated));
        Assert.Equal("30000", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void Columns_that_are_not_selected_are_not_read_nor_can_they_reject_a_row()
    {
        var path = _folder.Write("a.csv", "symbol,timestamp,price,junk,size\nA,2024-11-01 10:00:00,1.5,1,10\nA,2024-11-01 10:00:01,2.5,oops,20\n");
        var report = _folder.Ingest(path, request => request with { Filter = new() { Columns = ["size"] } });
        Assert.Equal((2, 2), (report.Totals.RowsRead, report.Totals.RowsStored));
        Assert.Equal("symbol,timestamp,size", string.Join(',', _folder.Snapshot().Dataset.Columns.Select(column => column.Name)));
        Assert.Equal("10;20", IngestFolder.Ask($"select string_agg(size, ';' order by timestamp) from {_folder.Rows()}"));

        // Later, in a dataset that has more columns: those not selected stay without a value.
        var more = _folder.Ingest(_folder.Write("b.csv", "symbol,timestamp,size,venue\nA,2024-11-01 10:00:02,30,X\n"), request => request with { Filter = new() { Columns = ["venue"] } });
        Assert.Equal(1, more.Totals.RowsStored);
        Assert.Contains(_folder.Notes, note => note.Contains("'venue' varchar is new", StringComparison.Ordinal));
        var error = Assert.Throws<StoreException>(() => new Ingestor(_folder.File("other"), TimeProvider.System, new IngestProgress(), _ => { }).Run(new IngestRequest { Paths = [path], Filter = new() { Columns = ["sise"] } }, CancellationToken.None));
        Assert.Contains("Did you mean 'size'?", error.Message);
    }

    [Theory]
    [InlineData("S1")]
    [InlineData("S2")]
    public void A_stray_quote_costs_its_line_whether_the_row_is_wanted_or_not(string wanted)
    {
        var text = new StringBuilder("symbol,timestamp,price,note\n");
        for (var row = 0; row < 5_000; row++) text.Append(CultureInfo.InvariantCulture, $"S{row % 3},2024-11-01 10:00:00,{(row is 1_000 or 1_001 or 2_000 or 2_002 ? "\"" : "")}{row},n\n");
        var all = Ingest("all", text.ToString(), SourceFilter.None);
        var some = Ingest("some", text.ToString(), new SourceFilter { Symbols = [wanted] });
        Assert.Equal((5_000, 4), (all.RowsRead, all.RowsRejected));
        Assert.Equal((all.RowsRead, all.RowsRejected), (some.RowsRead, some.RowsRejected));
        var selected = Ingest("selected", text.ToString(), new SourceFilter { Columns = ["note"] });
        Assert.Equal((5_000, 4), (selected.RowsRead, selected.RowsRejected));
    }

    [Fact]
    public void Rows_whose_symbol_or_time_cannot_be_read_are_rejected_whatever_the_filter_is()
    {
        var path = _folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1\n,2024-11-01 10:00:00,1\nB,not a time,1\nB,2024-11-01 10:00:00,x\nA,2024-11-01 10:00:00,x\n");
        var report = _folder.Ingest(path, request => request with { Filter = new() { Symbols = ["A"], From = new(2024, 1, 1) }, ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.BigInt) } });
        Assert.Equal((5, 1, 3, 1), (report.Totals.RowsRead, report.Totals.RowsStored, report.Totals.RowsRejected, report.Totals.RowsFiltered));
    }

    [Fact]
    public void Days_of_instants_are_those_of_the_datasets_zone()
    {
        const string text = "symbol,ts,v\nA,2024-11-01T03:59:59Z,1\nA,2024-11-01T04:00:00Z,2\nA,2024-11-02T03:59:59Z,3\nA,2024-11-02T04:00:00Z,4\nA,2024-11-04T04:59:59Z,5\nA,2024-11-04T05:00:00Z,6\n";
        var path = _folder.Write("a.csv", text);
        _folder.Ingest(path, request => request with { TimeZone = "America/New_York", Filter = new() { From = new(2024, 11, 1), To = new(2024, 11, 1) } });
        _folder.Ingest(path, request => request with { Filter = new() { From = new(2024, 11, 4), To = new(2024, 11, 4) } });
        Assert.Equal("2;3;6", IngestFolder.Ask($"select string_agg(v, ';' order by v) from {_folder.Rows()}"));
    }

    [Fact]
    public void A_file_without_a_wanted_row_is_no_failure_and_makes_no_store()
    {
        var path = _folder.Write("a.csv", "symbol,timestamp,price\nA,2024-11-01 10:00:00,1\n");
        var report = _folder.Ingest(path, request => request with { Filter = new() { Symbols = ["B"] } });
        Assert.Equal((IngestStatus.Ingested, 1), (report.Files.Single().Status, report.Totals.RowsFiltered));
        Assert.False(Directory.Exists(_folder.Store));
        _folder.Ingest(path);
        Assert.Equal(1, _folder.Ingest(_folder.Write("b.csv", "symbol,timestamp,price\nA,2024-11-02 10:00:00,1\n"), request => request with { Filter = new() { Symbols = ["B"] } }).Totals.RowsFiltered);
        Assert.Equal(1, _folder.Snapshot().Version);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(2)]
    public void More_rejects_than_allowed_stop_the_ingest_and_store_nothing(int allowed)
    {
        _folder.Write("in/a.csv", "symbol,timestamp,price\n" + string.Concat(Enumerable.Range(0, 500).Select(row => $"A,2024-11-01 10:00:00,{(row is 7 or 70 ? "x" : row)}\n")));
        _folder.Write("in/b.csv", "symbol,timestamp,price\nB,2024-11-01 10:00:00,1\nB,2024-11-01 10:00:00,x\n");
        IngestRequest With(IngestRequest request) => request with { MaxRejects = new RejectLimit(allowed, null), ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.BigInt) } };
        if (allowed == 3)
        {
            Assert.Equal(3, _folder.Ingest(_folder.File("in"), With).Totals.RowsRejected);
            return;
        }

        var error = Assert.Throws<StoreException>(() => _folder.Ingest(_folder.File("in"), With));
        Assert.Equal(StoreErrorKind.SourceData, error.Kind);
        Assert.Contains("more than 2 rows", error.Message);
        Assert.False(Directory.Exists(_folder.Store));
    }

    [Theory]
    [InlineData("0.4%", true)]
    [InlineData("0.3%", false)]
    public void A_share_of_rejects_is_looked_at_file_by_file(string limit, bool isFine)
    {
        var path = _folder.Write("a.csv", "symbol,timestamp,price\n" + string.Concat(Enumerable.Range(0, 500).Select(row => $"A,2024-11-01 10:00:00,{(row is 7 or 70 ? "x" : row)}\n")));
        IngestRequest With(IngestRequest request) => request with { MaxRejects = RejectLimit.TryParse(limit)!.Value, ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.BigInt) } };
        if (isFine) Assert.Equal(2, _folder.Ingest(path, With).Totals.RowsRejected);
        else Assert.Contains("2 of 500 rows", Assert.Throws<StoreException>(() => _folder.Ingest(path, With)).Message);
    }

    private static string Text(bool isInterleaved)
    {
        var text = new StringBuilder("symbol,timestamp,price,note\n");
        for (var row = 0; row < 30_000; row++)
        {
            var (symbol, step) = isInterleaved ? (row % 10, row / 10) : (row / 3_000, row % 3_000);
            text.Append(CultureInfo.InvariantCulture, $"{(symbol == 9 ? "a symbol that is longer than twelve bytes" : $"S{symbol}")},2024-11-{1 + step / 500:00} {step % 24:00}:00:00,{row},{(row % 7 == 0 ? "" : "a note of more than twelve bytes")}\n");
        }

        return text.ToString();
    }

    private IngestTotals Ingest(string store, string text, SourceFilter filter) =>
        new Ingestor(_folder.File(store), TimeProvider.System, new IngestProgress(), _ => { }).Run(
            new IngestRequest { Paths = [_folder.Write("q.csv", text)], Dataset = "d", Filter = filter, ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.BigInt) } }, CancellationToken.None).Single().Totals;
}
