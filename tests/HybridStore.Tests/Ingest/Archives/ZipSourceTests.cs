using System.IO.Compression;
using System.Text;
using HybridStore.Ingest;
using HybridStore.Ingest.Archives;
using Xunit;

namespace HybridStore.Tests.Ingest.Archives;

public sealed class ZipSourceTests : IDisposable
{
    private const string Header = "symbol,timestamp,price\n";

    private readonly IngestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ingest_of_an_archive_stores_all_members_also_in_folders_and_names_them_in_the_report()
    {
        var path = _folder.File("in/days.zip");
        Directory.CreateDirectory(_folder.File("in"));
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            Add(archive, "a.csv", Header + "A,2024-11-01 10:00:00,1.5\n");
            Add(archive, "2024/11/b.csv", "price;timestamp;symbol\n2;2024-11-01 11:00:00;B\n2;2024-11-01 25:00:00;B\n2,5;2024-11-01 12:00:00;B\n");
            archive.CreateEntry("2024/empty/");
            Add(archive, "__MACOSX/._a.csv", "junk");
            Add(archive, "README.md", "what this is");
            using var packed = new GZipStream(archive.CreateEntry("c.csv.gz", CompressionLevel.NoCompression).Open(), CompressionLevel.Fastest);
            packed.Write(Encoding.UTF8.GetBytes(Header + "C,2024-11-02,3\n"));
        }

        var report = _folder.Ingest(_folder.File("in"));
        Assert.Equal([$"{path}!2024/11/b.csv", $"{path}!a.csv", $"{path}!c.csv.gz"], report.Files.Select(file => file.Path));
        Assert.All(report.Files, file => Assert.Equal(IngestStatus.Ingested, file.Status));
        Assert.Equal("A,1.5\nB,2.0\nB,2.5\nC,3.0", IngestFolder.Ask($"select symbol, price from {_folder.Rows()} order by all"));
        Assert.Contains($"\"file\":\"{path}!2024/11/b.csv\",\"line\":3", Assert.Single(_folder.Rejects()));
        Assert.Contains($"{path}: left out 1 member that is no CSV: README.md", _folder.Notes);
        Assert.All(_folder.Ingest(path).Files, file => Assert.Equal(IngestStatus.Skipped, file.Status));
    }

    [Fact]
    public void Ingest_knows_a_member_by_its_content_whatever_archive_it_lies_in()
    {
        var text = Header + "A,2024-11-01 10:00:00,1.5\n";
        _folder.Ingest(Zip("one.zip", new ZipBytes().Add("a.csv", text)));
        var again = _folder.Ingest(Zip("two.zip", new ZipBytes().Add("other.csv", text, method: 0).Add("new.csv", Header + "B,2024-11-01,2\n")));
        Assert.Equal([IngestStatus.Ingested, IngestStatus.Skipped], again.Files.Select(file => file.Status));
        Assert.Equal(IngestStatus.Skipped, _folder.Ingest(_folder.Write("a.csv", text)).Files[0].Status);
    }

    [Fact]
    public void Ingest_reads_64_bit_archives_stored_members_and_archives_behind_other_bytes()
    {
        var zip = new ZipBytes().Add("a.csv", Header + "A,2024-11-01,1\n", is64Bit: true).Add("b.csv", Header + "B,2024-11-01,2\n", method: 0);
        _folder.Ingest(Zip("64.zip", zip, is64Bit: true));
        var small = new ZipBytes().Add("c.csv", Header + "C,2024-11-01,3\n").ToArray();
        File.WriteAllBytes(_folder.File("self.zip"), [.. Encoding.ASCII.GetBytes("#!/bin/sh unzip me\n"), .. small]);
        _folder.Ingest(_folder.File("self.zip"));
        Assert.Equal("A,1\nB,2\nC,3", IngestFolder.Ask($"select symbol, price from {_folder.Rows()} order by all"));
    }

    [Theory]
    [InlineData(1, 8, "is encrypted")]
    [InlineData(0, 14, "found zip method 14")]
    public void Ingest_refuses_a_member_that_it_cannot_read_and_stores_the_others(int flags, int method, string problem)
    {
        var path = Zip("a.zip", new ZipBytes().Add("secret.csv", Header + "A,2024-11-01,1\n", method, flags: flags).Add("b.csv", Header + "B,2024-11-01,2\n"));
        var report = _folder.Ingest(path);
        Assert.Equal([IngestStatus.Ingested, IngestStatus.Failed], report.Files.Select(file => file.Status));
        Assert.Contains($"{path}!secret.csv: ", report.Files[1].Error);
        Assert.Contains(problem, report.Files[1].Error);
    }

    [Fact]
    public void Ingest_refuses_an_archive_that_would_unpack_to_too_much()
    {
        var text = Header + "A,2024-11-01,1\n";
        AssertRefused(new ZipBytes().Add("a.csv", text, plainBytes: 5L << 40), "more than the limit of 4398046511104");
        AssertRefused(new ZipBytes().Add("a.csv", text, plainBytes: 1L << 30), "times its size, more than the limit of 500");
        AssertRefused(new ZipBytes().Add("a.csv", string.Concat(Enumerable.Range(0, 999).Select(row => $"{row},{row * 7919}\n"))).AddSameAgain("b.csv", string.Concat(Enumerable.Range(0, 999).Select(row => $"{row},{row * 7919}\n"))), "they overlap");
    }

    [Fact]
    public void Ingest_of_a_member_that_is_not_what_its_archive_says_stores_nothing()
    {
        var text = Header + "A,2024-11-01,1\nB,2024-11-01,2\n";
        AssertRefused(new ZipBytes().Add("a.csv", text, plainBytes: 20), "unpacks to more than the 20 bytes");
        AssertRefused(new ZipBytes().Add("a.csv", text, checksum: 1), "damaged");
        AssertRefused(new ZipBytes().Add("a.csv", text, method: 0, checksum: 1), "checksum");
        var cut = new ZipBytes().Add("a.csv", text).ToArray();
        AssertRefused([.. cut[..^30]], "has no directory");
        AssertRefused(new ZipBytes().Add("readme.md", text), "holds no .csv");
    }

    [Fact]
    public void Ingest_of_damaged_archives_never_breaks_the_program()
    {
        var whole = new ZipBytes().Add("a.csv", Header + "A,2024-11-01,1\n").Add("b.csv", Header + "B,2024-11-01,2\n", method: 0).ToArray(is64Bit: true);
        var random = new Random(7);
        var path = _folder.File("flip.zip");
        for (var round = 0; round < 300; round++)
        {
            var bytes = whole.ToArray();
            for (var flip = 0; flip < 3; flip++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            foreach (var source in ZipSources.Of(SourceFile.Of(path), ArchiveLimits.Default, static _ => { }).Where(source => source.Problem is null))
            {
                try
                {
                    SourceIdentity.Of(source, KnownContents.In(null, ""), TestContext.Current.CancellationToken);
                }
                catch (StoreException exception)
                {
                    Assert.Equal(StoreErrorKind.SourceData, exception.Kind);
                }
            }
        }
    }

    [Fact]
    public void Read_of_an_archive_by_NETs_own_writer_tells_what_its_own_reader_tells()
    {
        var path = _folder.File("many.zip");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            for (var member = 0; member < 500; member++) Add(archive, $"f{member % 7}/ä{member}.csv", new string('x', member * 10));
        }

        using var judge = ZipFile.OpenRead(path);
        Assert.Equal(
            judge.Entries.Select(entry => (entry.FullName, entry.Length, entry.CompressedLength, entry.Crc32)),
            ZipDirectory.Read(path).Select(member => (member.Name, member.PlainBytes, member.PackedBytes, member.Checksum)));
    }

    private void AssertRefused(ZipBytes zip, string problem) => AssertRefused(zip.ToArray(), problem);

    private void AssertRefused(byte[] zip, string problem)
    {
        File.WriteAllBytes(_folder.File("refused.zip"), zip);
        var report = _folder.Ingest(_folder.File("refused.zip"));
        Assert.Contains(problem, Assert.Single(report.Files, file => file.Status == IngestStatus.Failed).Error);
        Assert.False(Directory.Exists(_folder.Store));
    }

    private string Zip(string name, ZipBytes zip, bool is64Bit = false)
    {
        File.WriteAllBytes(_folder.File(name), zip.ToArray(is64Bit));
        return _folder.File(name);
    }

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
