using System.Globalization;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Schema;
using HybridStore.Tests.Support;
using HybridStore.Tests.Tidy;
using Xunit;

namespace HybridStore.Tests.Ingest;

public sealed class IngestorTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_on_the_real_sample_stores_each_row_and_a_second_run_stores_nothing()
    {
        var sample = Path.Combine(SourceTree.Root, "data/sample/quotes");
        var report = _folder.Ingest(sample);
        Assert.Equal(575_589, report.Totals.RowsStored);
        Assert.Equal(0, report.Totals.RowsRejected);
        Assert.Equal(5, report.Totals.FilesWritten);
        const string columns = "symbol, timestamp, bid_price, bid_size, ask_price, ask_size, exchange, condition";
        var source = $"read_csv('{sample}/*.csv.gz', header = true, auto_detect = false, columns = {{'symbol': 'VARCHAR', 'timestamp': 'TIMESTAMP', 'bid_price': 'DOUBLE', 'bid_size': 'BIGINT', 'ask_price': 'DOUBLE', 'ask_size': 'BIGINT', 'exchange': 'VARCHAR', 'condition': 'BIGINT'}})";
        Assert.Equal("0", IngestFolder.Ask($"select count(*) from (select {columns} from {source} except all select {columns} from {_folder.Rows()})"));
        Assert.Equal("575589", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));

        var before = StoreContent.Of(_folder.Store);
        var again = _folder.Ingest(sample);
        Assert.All(again.Files, file => Assert.Equal(IngestStatus.Skipped, file.Status));
        Assert.Equal(0, again.Totals.RowsRead);
        Assert.Equal(before, StoreContent.Of(_folder.Store));
    }

    [Fact]
    public void Run_with_force_stores_known_files_again()
    {
        var path = _folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        _folder.Ingest(path);
        _folder.Ingest(path, request => request with { Force = true });
        _folder.Ingest(path, request => request with { Force = true });
        Assert.Equal("3", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void Run_of_two_files_with_the_same_content_stores_it_once()
    {
        _folder.Write("in/a.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        _folder.Write("in/b.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        var report = _folder.Ingest(_folder.File("in"));
        Assert.Equal([IngestStatus.Ingested, IngestStatus.Skipped], report.Files.Select(file => file.Status));
        Assert.Equal("1", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void Rows_that_cannot_be_stored_are_quarantined_by_line_column_text_and_reason()
    {
        var text = new StringBuilder(Header);
        for (var row = 0; row < 5_000; row++) text.Append(CultureInfo.InvariantCulture, $"A,2024-11-01 10:00:{row % 60:00},{row}.5\n");
        text.Append("A,2024-11-01 10:00:00,one point five\nA,2024-02-30 10:00:00,1\nA,2024-11-01 10:00:00\n,2024-11-01 10:00:00,1\nA,,1\n");
        var report = _folder.Ingest(_folder.Write("a.csv", text.ToString()));
        Assert.Equal((5_005, 5_000, 5), (report.Totals.RowsRead, report.Totals.RowsStored, report.Totals.RowsRejected));
        var rejects = _folder.Rejects();
        Assert.Equal(5, rejects.Length);
        Assert.Contains("\"line\":5002", rejects[0]);
        Assert.Contains("\"column\":\"price\",\"text\":\"one point five\"", rejects[0]);
        Assert.Contains("\"column\":\"timestamp\",\"text\":\"2024-02-30 10:00:00\"", rejects[1]);
        Assert.Contains("expected 3 fields, found 2", rejects[2]);
        Assert.Contains("\"column\":\"symbol\"", rejects[3]);
        Assert.Contains("\"column\":\"timestamp\"", rejects[4]);
        Assert.Contains("\"row\":\"A,,1\"", rejects[4]);
    }

    [Fact]
    public void A_reject_fails_its_file_when_asked_to()
    {
        var report = _folder.Ingest(_folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\nA,2024-11-01 10:00:00,x\n"), request => request with { FailsOnReject = true, ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.Double) } });
        var file = Assert.Single(report.Files);
        Assert.Equal(IngestStatus.Failed, file.Status);
        Assert.Contains("a.csv:3: column 'price'", file.Error);
        Assert.Empty(StoreContent.Of(_folder.Store));
    }

    [Fact]
    public void A_file_whose_every_row_is_rejected_fails()
    {
        _folder.Ingest(_folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\n"));
        var report = _folder.Ingest(_folder.Write("b.csv", Header + "A,not a time,1.5\nA,nor this,2\n"));
        Assert.Equal(IngestStatus.Failed, report.Files[0].Status);
        Assert.Contains("none of its 2 rows can be stored", report.Files[0].Error);
        Assert.Empty(_folder.Rejects());
        Assert.Equal("1", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void Symbols_interleaved_by_time_go_to_their_partitions_in_order()
    {
        var random = new Random(3);
        var text = new StringBuilder("ts,sym,price,note\n");
        for (var row = 0; row < 60_000; row++)
        {
            var note = random.Next(5) switch { 0 => "", 1 => "a note that does not fit into twelve bytes", _ => "short" };
            text.Append(CultureInfo.InvariantCulture, $"2024-11-{1 + row / 30_000:00} 10:{row / 1000 % 60:00}:{row % 60:00},S{random.Next(7)},{row},{note}\n");
        }

        var path = _folder.Write("a.csv", text.ToString());
        var report = _folder.Ingest(path);
        Assert.Equal(14, report.Totals.FilesWritten);
        Assert.Equal("0", IngestFolder.Ask($"select count(*) from (select sym, ts, price, note from read_csv('{path}', all_varchar = true) except all select sym, ts::VARCHAR, price::VARCHAR, note from {_folder.Rows()})"));
        Assert.All(_folder.Snapshot().Files, file =>
        {
            var one = $"read_parquet('{Path.Combine(_folder.Snapshot().Folder, file.Path)}', hive_partitioning = false, file_row_number = true)";
            Assert.Equal($"true,true,{file.Symbol}", IngestFolder.Ask($"select bool_and(ok), count(distinct sym) = 1, min(sym) from (select sym, ts >= coalesce(lag(ts) over (order by file_row_number), ts) ok from {one})"));
        });
    }

    [Fact]
    public void Rows_out_of_order_are_sorted_by_time_and_equal_times_keep_their_order()
    {
        var random = new Random(9);
        var rows = Enumerable.Range(0, 30_000).Select(row => (Time: random.Next(500), Row: row)).ToList();
        var text = Header + string.Concat(rows.Select(row => $"A,2024-11-01 10:{row.Time / 60:00}:{row.Time % 60:00},{row.Row}\n"));
        _folder.Ingest(_folder.Write("a.csv", text));
        var expected = string.Join(';', rows.OrderBy(row => row.Time).Select(row => row.Row));
        Assert.Equal(expected, IngestFolder.Ask($"select string_agg(price, ';' order by file_row_number) from read_parquet('{Path.Combine(_folder.Snapshot().Folder, _folder.Snapshot().Files.Single().Path)}', file_row_number = true)"));
    }

    [Fact]
    public void Memory_that_runs_out_makes_parts_that_end_as_one_file()
    {
        var random = new Random(4);
        var text = new StringBuilder("sym,ts,price,pad\n");
        for (var row = 0; row < 300_000; row++) text.Append(CultureInfo.InvariantCulture, $"S{random.Next(3)},2024-11-01 {10 + row / 60_000}:{row / 1000 % 60:00}:{row / 17 % 60:00},{row},{row:D60}\n");
        var report = _folder.Ingest(_folder.Write("a.csv", text.ToString()), request => request with { MemoryBytes = 128 << 20, Jobs = 4 });
        Assert.Equal(3, report.Totals.FilesWritten);
        Assert.Equal("300000,300000,44999850000", IngestFolder.Ask($"select count(*), count(distinct price), sum(pad::BIGINT) from {_folder.Rows()}"));
    }

    [Fact]
    public void Files_with_their_columns_in_another_order_are_matched_by_name()
    {
        _folder.Write("in/a.csv", "symbol,timestamp,price,size\nA,2024-11-01 10:00:00,1.5,10\n");
        _folder.Write("in/b.csv", "size,price,symbol,timestamp\n20,2.5,B,2024-11-01 11:00:00\n");
        _folder.Ingest(_folder.File("in"));
        Assert.Equal("A,2024-11-01 10:00:00,1.5,10\nB,2024-11-01 11:00:00,2.5,20", IngestFolder.Ask($"select symbol, timestamp, price, size from {_folder.Rows()} order by symbol"));
    }

    [Fact]
    public void A_late_value_widens_a_new_dataset_and_is_quarantined_by_an_old_one()
    {
        var text = new StringBuilder("symbol,timestamp,price,code,day\n");
        for (var row = 0; row < 20_000; row++) text.Append(CultureInfo.InvariantCulture, $"A,2024-11-01 10:00:00,{row},{row},2024-11-01\n");
        var late = text + "A,2024-11-01 10:00:00,10.75,9223372036854775808,2024-11-01 13:45:00\n";
        var report = _folder.Ingest(_folder.Write("a.csv", late));
        Assert.Equal(20_001, report.Totals.RowsStored);
        Assert.Equal("10.75,9223372036854775808,2024-11-01 13:45:00", IngestFolder.Ask($"select price, code, day from {_folder.Rows()} where price = 10.75"));
        Assert.Contains(_folder.Notes, note => note.Contains("'price' becomes double", StringComparison.Ordinal));

        var second = _folder.Ingest(_folder.Write("b.csv", "symbol,timestamp,price,code,day\nA,2024-11-01 10:00:00,1,1.5,2024-11-01\nA,2024-11-01 10:00:00,1,2,2024-11-01\n"));
        Assert.Equal((1, 1), (second.Totals.RowsStored, second.Totals.RowsRejected));
        Assert.Contains("\"text\":\"1.5\"", _folder.Rejects().Single());
    }

    [Fact]
    public void A_late_spelling_of_no_value_is_learned_by_new_and_old_datasets()
    {
        var rows = string.Concat(Enumerable.Range(0, 10_000).Select(row => string.Create(CultureInfo.InvariantCulture, $"A,2024-11-01 10:00:00,{row}.5\n")));
        Assert.Equal(10_001, _folder.Ingest(_folder.Write("a.csv", Header + rows + "A,2024-11-01 10:00:01,NA\n")).Totals.RowsStored);
        Assert.Equal(10_002, _folder.Ingest(_folder.Write("b.csv", Header + rows + "A,2024-11-01 10:00:01,N/A\nA,2024-11-01 10:00:01,null\n")).Totals.RowsStored);
        Assert.Equal("3,DOUBLE", IngestFolder.Ask($"select count(*) filter (price is null), any_value(typeof(price)) from {_folder.Rows()}"));
    }

    [Fact]
    public void Identifiers_with_leading_zeros_stay_text_and_numeric_symbols_too()
    {
        _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,id\n600519,2024-11-01 10:00:00,007\n000001,2024-11-01 10:00:00,12\n"));
        Assert.Equal("000001,12\n600519,007", IngestFolder.Ask($"select symbol, id from {_folder.Rows()} order by symbol"));
        Assert.Equal(["000001", "600519"], _folder.Snapshot().Files.Select(file => file.Symbol).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Hostile_symbols_come_back_exactly()
    {
        string[] symbols = ["NULL", "null", "007", "BRK/B", "BRK.B", "../../x", "%2F", "a b", "\U0001F600", new('x', 300), "CON", "aapl", "AAPL", "__HIVE_DEFAULT_PARTITION__", "x'y", "a=b", "tail."];
        var text = Header + string.Concat(symbols.Select(symbol => $"\"{symbol}\",2024-11-01 10:00:00,1\n"));
        var report = _folder.Ingest(_folder.Write("a.csv", text));
        Assert.Equal(symbols.Length, report.Symbols);
        Assert.Equal(symbols.Order(StringComparer.Ordinal), _folder.Snapshot().Files.Select(file => file.Symbol).Order(StringComparer.Ordinal));
        Assert.Equal(string.Join('\n', symbols.OrderBy(symbol => symbol, Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))))), IngestFolder.Ask($"select symbol from {_folder.Rows()} order by symbol"));
    }

    [Fact]
    public void Partition_dates_of_instants_are_days_of_the_datasets_zone()
    {
        var text = "symbol,ts,v\nA,2024-11-01T03:59:59Z,1\nA,2024-11-01T04:00:00Z,2\nA,2024-11-04T04:59:59Z,3\nA,2024-11-04T05:00:00Z,4\n";
        _folder.Ingest(_folder.Write("a.csv", text), request => request with { TimeZone = "America/New_York" });
        Assert.Equal(["2024-10-31", "2024-11-01", "2024-11-03", "2024-11-04"], _folder.Snapshot().Files.Select(file => file.Days.From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Order());
    }

    [Fact]
    public void Columns_called_date_get_a_name_of_their_own_unless_they_are_the_time()
    {
        _folder.Ingest(_folder.Write("a.csv", "date,symbol,close\n2024-11-01,A,1.5\n2024-11-04,A,1.6\n"));
        Assert.Equal("date", _folder.Snapshot().Dataset.TimeColumn);
        using var other = new IngestFolder();
        other.Ingest(other.Write("a.csv", "date,time,symbol,close\n20241101,2024-11-01 10:00:00,A,1.5\n"));
        Assert.Equal(["source_date", "time", "symbol", "close"], other.Snapshot().Dataset.Columns.Select(column => column.Name));
        other.Ingest(other.Write("b.csv", "date,time,symbol,close\n20241104,2024-11-04 10:00:00,A,1.5\n"));
        Assert.Equal("2", IngestFolder.Ask($"select count(source_date) from {other.Rows()}"));
    }

    [Fact]
    public void Days_and_months_that_could_be_either_are_asked_for_and_kept_apart_by_what_is_said()
    {
        var path = _folder.Write("a.csv", "symbol,time,v\nA,03/04/2024 10:00:00,1\nA,05/04/2024 10:00:00,2\n");
        var error = Assert.Throws<StoreException>(() => _folder.Ingest(path));
        Assert.Contains("--columns time:timestamp:dmy", error.Message);
        var said = new Dictionary<string, HybridStore.Native.Csv.CsvTimeFormat> { ["time"] = HybridStore.Native.Csv.CsvTimeFormat.DayMonthYear };
        _folder.Ingest(path, request => request with { TimeFormats = said, Partitioning = Partitioning.SymbolDate });
        _folder.Ingest(_folder.Write("b.csv", "symbol,time,v\nA,06/04/2024 10:00:00,3\n"), request => request with { TimeFormats = said });
        Assert.Equal("2024-04-03 10:00:00;2024-04-05 10:00:00;2024-04-06 10:00:00", IngestFolder.Ask($"select string_agg(time::varchar, ';' order by time) from {_folder.Rows()}"));
    }

    [Fact]
    public void Days_and_months_that_could_be_either_at_first_are_told_by_rows_further_on()
    {
        var start = new DateTime(2024, 4, 1);
        var rows = string.Concat(Enumerable.Range(0, 20_000).Select(row => $"A,{start.AddMinutes(row * 2):dd/MM/yyyy HH:mm:ss},{row}\n"));
        _folder.Ingest(_folder.Write("a.csv", "symbol,time,v\n" + rows));
        Assert.Equal("2024-04-01 00:00:00,2024-04-28 18:38:00", IngestFolder.Ask($"select min(time), max(time) from {_folder.Rows()}"));
    }

    [Fact]
    public void One_long_decimal_does_not_send_a_column_of_exponents_to_quarantine()
    {
        var rows = string.Concat(Enumerable.Range(1, 10_000).Select(row => $"A,2024-11-02 10:00:00,{row}.5e-200\n"));
        var report = _folder.Ingest(_folder.Write("a.csv", "symbol,timestamp,v\n" + rows + "A,2024-11-02 11:00:00,0.12345678901234567\n"));
        Assert.Equal((10_000, 1), (report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Equal("DOUBLE", IngestFolder.Ask($"select any_value(typeof(v)) from {_folder.Rows()}"));
    }

    [Fact]
    public void Decimals_beyond_doubles_are_stored_exactly()
    {
        const string wide = "1234567890123456.123456789";
        _folder.Ingest(_folder.Write("a.csv", Header + $"A,2024-11-01 10:00:00,{wide}\nA,2024-11-01 10:00:01,\nB,2024-11-01 10:00:01,-0.5\nA,2024-11-01 10:00:02,2\n"));
        Assert.Equal($"{wide}\nnull\n2.000000000", IngestFolder.Ask($"select price from {_folder.Rows()} where symbol = 'A' order by timestamp"));
    }

    [Theory]
    [InlineData(Partitioning.SymbolDate)]
    [InlineData(Partitioning.Month)]
    public void Duplicates_are_skipped_or_replaced_within_a_file_across_files_and_against_the_lake(Partitioning layout)
    {
        IngestReport Ingest(string name, string rows, DuplicatePolicy policy, params string[] key) => _folder.Ingest(
            _folder.Write(name, Header + rows), request => request with { OnDuplicate = policy, Key = key, Partitioning = name == "a.csv" ? layout : null });
        Ingest("a.csv", "A,2024-11-01 10:00:00,1.5\nA,2024-11-01 10:00:00,1.5\nA,2024-11-01 10:00:01,2.5\nB,2024-11-01 10:00:00,9.5\n", DuplicatePolicy.Keep);

        var skipped = Ingest("b.csv", "A,2024-11-01 10:00:00,1.5\nA,2024-11-01 10:00:02,3.5\nA,2024-11-01 10:00:02,3.5\n", DuplicatePolicy.Skip);
        Assert.Equal((3, 1, 2), (skipped.Totals.RowsRead, skipped.Totals.RowsStored, skipped.Totals.RowsDeduplicated));
        Assert.Equal("1.5;1.5;2.5;3.5", IngestFolder.Ask($"select string_agg(price, ';' order by price) from {_folder.Rows()} where symbol = 'A'"));

        var replaced = Ingest("c.csv", "A,2024-11-01 10:00:00,7.5\nA,2024-11-01 10:00:03,4.5\nA,2024-11-01 10:00:03,5.5\n", DuplicatePolicy.Replace, "symbol", "timestamp");
        Assert.Equal((3, 2, 1), (replaced.Totals.RowsRead, replaced.Totals.RowsStored, replaced.Totals.RowsDeduplicated));
        Assert.Equal("2.5;3.5;5.5;7.5", IngestFolder.Ask($"select string_agg(price, ';' order by price) from {_folder.Rows()} where symbol = 'A'"));
        Assert.Equal("9.5", IngestFolder.Ask($"select price from {_folder.Rows()} where symbol = 'B'"));
        Assert.Empty(new HybridStore.Lake.LakeTable(_folder.Snapshot().Folder, TimeProvider.System).Verify(deep: true, CancellationToken.None).Problems);

        var again = Ingest("d.csv", "A,2024-11-01 10:00:03,5.5\n", DuplicatePolicy.Skip);
        Assert.Equal((1, 0, 1), (again.Totals.RowsRead, again.Totals.RowsStored, again.Totals.RowsDeduplicated));
    }

    [Fact]
    public void A_big_file_is_shared_by_threads_and_its_rejects_keep_their_lines()
    {
        var text = new StringBuilder("symbol,timestamp,price,note\n");
        const int rows = 900_000;
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(row < 500_000 ? "A" : "B")},2024-11-01 {10 + row % 500_000 / 60_000:00}:{row / 1000 % 60:00}:{row / 17 % 60:00},{(row % 100_000 == 77_777 ? "bad" : row)},\"quoted, {row}\"\n");
        }

        var path = _folder.Write("a.csv", text.ToString());
        Assert.True(new FileInfo(path).Length > 33 << 20);
        var report = _folder.Ingest(path, request => request with { Jobs = 3, ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.BigInt) } });
        Assert.Equal((rows, rows - 9, 9), (report.Totals.RowsRead, report.Totals.RowsStored, report.Totals.RowsRejected));
        Assert.Equal(Enumerable.Range(0, 9).Select(index => index * 100_000 + 77_777 + 2), _folder.Rejects().Select(line => int.Parse(line.Split("\"line\":")[1].Split(',')[0], CultureInfo.InvariantCulture)).Order());
        Assert.Equal("0", IngestFolder.Ask($"select count(*) from (select symbol, timestamp, price, note from read_csv('{path}', all_varchar = true) where price <> 'bad' except all select symbol, timestamp::VARCHAR, price::VARCHAR, note from {_folder.Rows()})"));
    }

    [Fact]
    public void Run_that_is_cancelled_leaves_the_store_as_it_was()
    {
        _folder.Ingest(_folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\n"));
        var before = StoreContent.Of(_folder.Store);
        using var cancel = new CancellationTokenSource();
        var progress = new IngestProgress();
        var path = _folder.Write("b.csv", Header + string.Concat(Enumerable.Range(0, 2_000_000).Select(row => $"B,2024-11-01 10:00:00,{row}.5\n")));
        var ingestor = new Ingestor(_folder.Store, TimeProvider.System, progress, _ => { });
        var run = Task.Run(() => ingestor.Run(new IngestRequest { Paths = [path], Dataset = "d" }, cancel.Token));
        Assert.True(SpinWait.SpinUntil(() => progress.RowsRead > 1000 || run.IsCompleted, TimeSpan.FromMinutes(1)));
        cancel.Cancel();
        Assert.Throws<OperationCanceledException>(() => run.GetAwaiter().GetResult());
        Assert.Equal(before, StoreContent.Of(_folder.Store));
        _folder.Ingest(path);
        Assert.Equal("2000001", IngestFolder.Ask($"select count(*) from {_folder.Rows()}"));
    }

    [Fact]
    public void A_file_of_another_kind_is_refused_by_name()
    {
        _folder.Ingest(_folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\n"));
        var report = _folder.Ingest(_folder.Write("b.csv", "A,2024-11-01 10:00:00,1.5\nB,2024-11-01 10:00:00,1.5\n"));
        Assert.Equal(IngestStatus.Failed, report.Files[0].Status);
        Assert.Contains("b.csv", report.Files[0].Error);
    }

    [Theory]
    [InlineData("--symbol-column")]
    [InlineData("--columns price:")]
    public void Flags_that_contradict_the_stored_dataset_are_refused(string flag)
    {
        var path = _folder.Write("a.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
        _folder.Ingest(path);
        var error = Assert.Throws<StoreException>(() => _folder.Ingest(_folder.Write("b.csv", Header + "A,2024-11-01 10:00:00,2\n"), request => flag == "--symbol-column"
            ? request with { SymbolColumn = "price" }
            : request with { ColumnTypes = new Dictionary<string, ColumnType> { ["price"] = new(ColumnKind.Varchar) } }));
        Assert.Contains(flag, error.Message);
    }
}
