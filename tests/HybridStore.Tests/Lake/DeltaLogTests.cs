using System.Text;
using HybridStore.Lake;
using HybridStore.Schema;
using Xunit;

namespace HybridStore.Tests.Lake;

public sealed class DeltaLogTests
{
    [Fact]
    public void A_commit_is_byte_for_byte_as_the_golden_file()
    {
        var dataset = new Dataset
        {
            Name = "quotes",
            Columns =
            [
                new Column("ticker", new ColumnType(ColumnKind.Varchar)),
                new Column("time", new ColumnType(ColumnKind.Timestamp)),
                new Column("bid price", new ColumnType(ColumnKind.Double)),
                new Column("size", new ColumnType(ColumnKind.Decimal, 38, 0)),
            ],
            SymbolColumn = "ticker",
            TimeColumn = "time",
            TimeZone = "America/New_York",
            Partitioning = Partitioning.SymbolMonth,
        };
        var time = new DateTimeOffset(2024, 11, 2, 12, 0, 0, 123, TimeSpan.Zero);
        var details = new CommitDetails
        {
            Sources = ["data/BRK\"B é.csv"],
            RowsRead = 6,
            RowsStored = 3,
            RowsRejected = 1,
            RowsDeduplicated = 1,
            RowsFiltered = 1,
            Seconds = 1.25,
            Parameters = new Dictionary<string, string> { ["mode"] = "Append" },
        };
        var statistics = DeltaStatistics.From(
            dataset,
            3,
            [
                new ColumnStatistics("ticker", "BRK/B", "BRK/B", 0),
                new ColumnStatistics("time", "2024-11-01 09:30:00", "2024-11-01 16:00:00.5", 0),
                new ColumnStatistics("bid price", "-0.5", "1e300", 2),
                new ColumnStatistics("size", "1", "79228162514264337593543950335", null),
                new ColumnStatistics("date", "2024-11-01", "2024-11-01", 0),
            ]);
        var days = dataset.Partitioning.DaysOf(LakeFixture.Day1);
        var folder = PartitionPath.Folder(dataset.Partitioning, "BRK/B", days);
        using var file = new MemoryStream();
        using var log = new DeltaLogWriter(file);
        log.CommitInfo(time, "ingest", "01930000000070008000000000000000", 7, details, 1, 1);
        log.Protocol(DeltaProtocol.For(DeltaSchema.NeedsTimestampNtz(dataset)));
        log.Metadata(
            new DeltaMetadata(
                "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                dataset.Name,
                DeltaSchema.ToSchemaString(dataset),
                DeltaSchema.PartitionColumns(dataset.Partitioning),
                new Dictionary<string, string>(DeltaSchema.ToConfiguration(dataset)),
                time.ToUnixTimeMilliseconds()));
        log.AppTransaction("xxh64:0123456789abcdef", 0, time);
        log.Remove(
            dataset.Partitioning,
            new DataFile { Path = folder + "/old.parquet", Symbol = "BRK/B", Days = days, SizeBytes = 10, RowCount = 1, Checksum = 1, AddedVersion = 0 },
            time,
            dataChange: true);
        log.Add(
            dataset.Partitioning,
            new DeltaAdd
            {
                Path = folder + "/new.parquet",
                Symbol = "BRK/B",
                Time = "2024-11",
                SizeBytes = 12345,
                ModifiedMs = time.ToUnixTimeMilliseconds(),
                DataChange = true,
                RowCount = 3,
                Checksum = 0xABC,
                AddedVersion = -1,
                Statistics = statistics.Json.ToArray(),
            });
        log.Complete();
        var bytes = file.ToArray();

        Assert.Equal(File.ReadAllText(Golden("commit.json")), Encoding.UTF8.GetString(bytes));
        var commit = DeltaLogReader.Parse(bytes, "commit.json", 7);
        Assert.Equal(folder + "/old.parquet", Assert.Single(commit.Removes).Path);
        Assert.Equal(folder + "/new.parquet", Assert.Single(commit.Adds).Path);
        Assert.Equal("01930000000070008000000000000000", commit.TransactionId);
        var parsed = DeltaSchema.Parse("log", "quotes", commit.Metadata!.SchemaString, commit.Metadata.Configuration);
        Assert.Equal(dataset.Columns, parsed.Columns);
        Assert.Equal(dataset with { Columns = parsed.Columns }, parsed);
    }

    [Fact]
    public void Any_single_bit_flip_in_a_commit_is_found()
    {
        var golden = File.ReadAllBytes(Golden("commit.json"));
        for (var bit = 0; bit < golden.Length * 8; bit++)
        {
            var bytes = golden.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<StoreException>(() => DeltaLogReader.Parse(bytes, "commit.json", 7));
        }
    }

    [Fact]
    public void Any_truncation_of_a_commit_is_found()
    {
        var golden = File.ReadAllBytes(Golden("commit.json"));
        for (var length = 0; length < golden.Length; length++)
        {
            Assert.Throws<StoreException>(() => DeltaLogReader.Parse(golden[..length], "commit.json", 7));
        }
    }

    [Theory]
    [InlineData("../other/x.parquet")]
    [InlineData("a/%2E%2E/%2e%2e/x.parquet")]
    [InlineData("/etc/passwd")]
    [InlineData("file:///etc/passwd")]
    [InlineData("s3://bucket/x.parquet")]
    [InlineData("_retired/x.parquet")]
    [InlineData("_delta_log/x.json")]
    [InlineData("a//x.parquet")]
    [InlineData("a%00.parquet")]
    [InlineData("")]
    public void An_add_whose_path_leads_out_is_refused(string path)
    {
        var line = $$$"""{"add":{"path":"{{{path}}}","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,"stats":"{\"numRecords\":1}"}}""";
        var error = Assert.Throws<StoreException>(() => DeltaLogReader.Parse(Encoding.UTF8.GetBytes(line), "log", 0));
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
    }

    [Theory]
    [InlineData("""{"metaData":{"id":"1","format":{"provider":"orc","options":{}},"schemaString":"{}","partitionColumns":[],"configuration":{}}}""", "orc")]
    [InlineData("""{"add":{"path":"x.parquet"}}""", "without path or size")]
    [InlineData("""{"add":{"path":"x.parquet","size":"1"}}""", "does not parse")]
    [InlineData("not json", "does not parse")]
    [InlineData("", "found none")]
    public void A_log_beyond_what_is_known_is_refused_with_the_reason(string line, string reason)
    {
        var error = Assert.Throws<StoreException>(() => DeltaLogReader.Parse(Encoding.UTF8.GetBytes(line), "log", 0));
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"protocol":{"minReaderVersion":2,"minWriterVersion":5}}""", "reader version 2")]
    [InlineData("""{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors"],"writerFeatures":["deletionVectors"]}}""", "deletionVectors")]
    [InlineData("""{"add":{"path":"x.parquet","partitionValues":{"symbol":"X","date":"2024-11-02"},"deletionVector":{"storageType":"u"},"size":1,"stats":"{\"numRecords\":1}"}}""", "deletion vector")]
    public void A_version_that_uses_what_is_not_known_is_refused_and_those_before_it_are_read(string line, string reason)
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        File.WriteAllText(Path.Combine(lake.Folder, "_delta_log", LakePaths.CommitName(1)), line + "\n");

        var error = Assert.Throws<StoreException>(() => lake.Table.TryLoad());

        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(3, lake.Table.TryLoad(0)!.Files.Sum(file => file.RowCount));
    }

    [Fact]
    public void A_log_of_another_program_within_the_subset_is_read()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 3));
        var foreign = """
            {"commitInfo":{"timestamp":1,"operation":"WRITE","engineInfo":"Apache-Spark/3.5.0"}}
            {"domainMetadata":{"domain":"x","configuration":"","removed":false}}
            {"add":{"path":"symbol=AIG/date=2024-11-02/part-0.c000.snappy.parquet","partitionValues":{"symbol":"AIG","date":"2024-11-02"},"size":1,"modificationTime":2,"dataChange":true,"stats":"{\"numRecords\":4}","newField":{"a":[1]}}}

            """;
        File.WriteAllText(Path.Combine(lake.Folder, "_delta_log", "00000000000000000001.json"), foreign);
        var snapshot = lake.Table.TryLoad()!;
        Assert.Equal(["AIG", "IBM"], snapshot.Files.Select(file => file.Symbol));
        Assert.Equal(4, snapshot.Files[0].RowCount);
        Assert.Equal(0UL, snapshot.Files[0].Checksum);
    }

    [Fact]
    public void TryLoad_of_a_log_with_a_gap_is_refused()
    {
        using var lake = new LakeFixture();
        for (var version = 0; version < 3; version++) lake.Append(("IBM", LakeFixture.Day1, 1));
        File.Delete(Path.Combine(lake.Folder, "_delta_log", "00000000000000000001.json"));
        var error = Assert.Throws<StoreException>(() => lake.Table.TryLoad());
        Assert.Equal(StoreErrorKind.CorruptStore, error.Kind);
        Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryLoad_of_a_version_from_the_future_is_refused()
    {
        using var lake = new LakeFixture();
        lake.Append(("IBM", LakeFixture.Day1, 1));
        Assert.Equal(StoreErrorKind.Usage, Assert.Throws<StoreException>(() => lake.Table.TryLoad(1)).Kind);
    }

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Lake", "Golden", name);
}
