using System.IO.Compression;
using System.Text;
using HybridStore.Native.Csv;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.DuckDb;
using HybridStore.Tests.Support;
using Xunit;

namespace HybridStore.Tests.Native.Csv;

public sealed class CsvInputTests
{
    private static readonly byte[] Plain = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 30_000).Select(i => $"row {i * 7919}\n")));

    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(100_000)]
    public void GzipInput_of_several_members_gives_the_plain_bytes(int readBytes)
    {
        byte[] bytes = [.. Gzip(Plain[..100_000]), .. Gzip([]), .. Gzip(Plain[100_000..])];
        Assert.Equal(Plain, ReadAll(new GzipInput(Input(bytes)), readBytes));
    }

    [Fact]
    public void GzipInput_that_is_cut_anywhere_is_InvalidData()
    {
        var bytes = Gzip(Plain[..500]);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => ReadAll(new GzipInput(Input(bytes[..length]))));
        }
    }

    [Fact]
    public void GzipInput_with_a_flipped_bit_is_InvalidData()
    {
        var bytes = Gzip(Plain);
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(10, damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<InvalidDataException>(() => ReadAll(new GzipInput(Input(damaged))));
        }
    }

    [Fact]
    public void GzipInput_with_bytes_behind_it_is_InvalidData() =>
        Assert.Throws<InvalidDataException>(() => ReadAll(new GzipInput(Input([.. Gzip(Plain), .. "more"u8]))));

    [Fact]
    public void ZstdInput_gives_the_plain_bytes_and_a_cut_one_is_InvalidData()
    {
        var bytes = Zstd(Plain);
        Assert.Equal(Plain, ReadAll(new ZstdInput(Input(bytes))));
        Assert.Equal(Plain, ReadAll(new ZstdInput(Input(bytes)), 13));
        Assert.Equal([.. Plain, .. Plain], ReadAll(new ZstdInput(Input([.. bytes, .. bytes]))));
        Assert.Throws<InvalidDataException>(() => ReadAll(new ZstdInput(Input([]))));
        for (var cut = 1; cut < bytes.Length; cut += 97)
        {
            Assert.Throws<InvalidDataException>(() => ReadAll(new ZstdInput(Input(bytes[..^cut]))));
        }
    }

    [Fact]
    public void FileInput_reads_a_range()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", "0123456789");
        Assert.Equal("0123456789"u8.ToArray(), ReadAll(new FileInput(path), 3));
        Assert.Equal("2345"u8.ToArray(), ReadAll(new FileInput(path, 2, 6), 3));
        Assert.Equal("89"u8.ToArray(), ReadAll(new FileInput(path, 8, 100)));
    }

    [Theory]
    [InlineData("utf-16", CsvEncoding.Utf16LittleEndian)]
    [InlineData("utf-16BE", CsvEncoding.Utf16BigEndian)]
    public void TranscodedInput_of_UTF16_gives_UTF8_and_refuses_what_is_none(string name, CsvEncoding encoding)
    {
        var text = string.Concat(Enumerable.Repeat("a,ä,😀\r\n", 10_000));
        var bytes = Encoding.GetEncoding(name).GetBytes(text);
        Assert.Equal(Encoding.UTF8.GetBytes(text), ReadAll(new TranscodedInput(Input(bytes), encoding), 1001));
        Assert.Throws<InvalidDataException>(() => ReadAll(new TranscodedInput(Input(bytes[..^1]), encoding)));
        Assert.Throws<InvalidDataException>(() => ReadAll(new TranscodedInput(Input(Encoding.GetEncoding(name).GetBytes("😀")[..2]), encoding)));
    }

    [Fact]
    public void TranscodedInput_of_Latin1_gives_UTF8_and_refuses_control_characters()
    {
        Assert.Equal("Ä,ß\n"u8.ToArray(), ReadAll(new TranscodedInput(Input([0xC4, (byte)',', 0xDF, (byte)'\n']), CsvEncoding.Latin1)));
        Assert.Throws<InvalidDataException>(() => ReadAll(new TranscodedInput(Input([0x93]), CsvEncoding.Latin1)));
    }

    private static StreamInput Input(byte[] bytes) => new(new MemoryStream(bytes));

    private static byte[] ReadAll(ICsvInput input, int readBytes = 4096)
    {
        using (input)
        {
            using var output = new MemoryStream();
            var buffer = new byte[readBytes];
            while (input.Read(buffer) is > 0 and var read) output.Write(buffer, 0, read);
            Assert.Equal(0, input.Read(buffer));
            return output.ToArray();
        }
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var stream = new GZipStream(output, CompressionLevel.Fastest)) stream.Write(bytes);
        return output.ToArray();
    }

    private static byte[] Zstd(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        using var database = DuckDbDatabase.Open();
        using var connection = database.Connect();
        File.WriteAllBytes(folder.File("a.csv"), bytes);
        connection.Execute($"copy (select column0 from read_csv('{folder.File("a.csv")}', header = false, columns = {{'column0': 'varchar'}})) to '{folder.File("a.zst")}' (format csv, header false, compression zstd)");
        return File.ReadAllBytes(folder.File("a.zst"));
    }
}
