using System.Buffers.Binary;
using HybridStore.Hot;
using HybridStore.Native.Postgres;
using HybridStore.Tests.Support;
using Npgsql;
using Xunit;

namespace HybridStore.Tests.Hot;

/// <summary>Tables of several files, and visibility maps of several pages: real ones begin at 1 GB and at 256 MB, these are cut off sooner.</summary>
public sealed class HotSegmentsTests(PostgresServer server) : HotWorld(server)
{
    private const int PageBytes = 8192;
    private const int HeapPagesOfMapPage = (PageBytes - 24) * 4;
    private const uint RowCount = 60_000;

    [Fact]
    public async Task Pages_of_a_table_of_several_files_are_those_of_one_file_in_a_row()
    {
        var whole = Write("whole", segmentBytes: 1L << 30);
        var parts = Write("parts", segmentBytes: 5 * PageBytes);

        Assert.Single(whole);
        Assert.True(parts.Count > 40, $"only {parts.Count} files");
        Assert.All(parts.SkipLast(1), part => Assert.Equal(5 * PageBytes, part.Length));
        Assert.Equal(whole[0], parts.SelectMany(part => part));
        // A page's checksum is of its number in the table, not in its file.
        await AssertChecksumsAsync(whole[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(HeapPagesOfMapPage)]
    [InlineData(HeapPagesOfMapPage + 1)]
    [InlineData(2 * HeapPagesOfMapPage + 6)]
    public async Task A_visibility_map_has_two_bits_for_each_page_of_the_table_and_none_beyond(int heapPages)
    {
        var map = PgVisibilityMap.Make(heapPages, hasChecksums: true);

        Assert.Equal((heapPages + HeapPagesOfMapPage - 1) / HeapPagesOfMapPage * PageBytes, map.Length);
        for (var page = 0; page < map.Length / PageBytes * HeapPagesOfMapPage; page++)
        {
            var at = page % HeapPagesOfMapPage;
            var bits = map[page / HeapPagesOfMapPage * PageBytes + 24 + at / 4] >> at % 4 * 2 & 3;
            Assert.True(bits == (page < heapPages ? 3 : 0), $"page {page} has {bits}");
        }

        await AssertChecksumsAsync(map);
    }

    /// <summary>Lays rows of one number out and writes them to files of a given length.</summary>
    /// <returns>The files, in order.</returns>
    private List<byte[]> Write(string name, long segmentBytes)
    {
        var path = Folder.File(name);
        File.WriteAllBytes(path, []);
        using var files = HeapFiles.TryOpen(path, segmentBytes, owner: null)!;
        var heap = new PgHeapEncoder([PgCopyType.Int8], transactionId: 700, hasChecksums: true);
        var row = new byte[14];
        BinaryPrimitives.WriteInt16BigEndian(row, 1);
        BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(2), 8);
        for (var number = 0L; number < RowCount; number++)
        {
            BinaryPrimitives.WriteInt64BigEndian(row.AsSpan(6), number);
            while (heap.Add(row) == 0) Append();
        }

        heap.Finish();
        Append();
        Assert.Equal(heap.FirstBlock * (long)PageBytes, files.LengthBytes);
        return [.. new[] { path }.Concat(Enumerable.Range(1, 1000).Select(part => $"{path}.{part}")).TakeWhile(File.Exists).Select(ReadShared)];

        void Append()
        {
            files.Append(heap.Pages);
            heap.Take();
        }
    }

    private static byte[] ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Asks Postgres for the checksum that each page should have.</summary>
    private async Task AssertChecksumsAsync(byte[] pages)
    {
        await Database.RunAsync("create extension if not exists pageinspect");
        await using var connection = await Database.ConnectAsync();
        await using var command = new NpgsqlCommand("select count(*), count(*) filter (where (page_header(page)).checksum <> page_checksum(page, number - 1)) from unnest($1::bytea[]) with ordinality p(page, number)", connection)
        {
            Parameters = { new NpgsqlParameter { Value = pages.Chunk(PageBytes).ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        await reader.ReadAsync(Cancellation);
        Assert.Equal((pages.Length / PageBytes, 0L), ((int)reader.GetInt64(0), reader.GetInt64(1)));
    }
}
