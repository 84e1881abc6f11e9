using System.Runtime.InteropServices;
using HybridStore.Native.Csv.Inputs;
using HybridStore.Native.Csv.Structure;
using HybridStore.Native.Posix;

namespace HybridStore.Native.Csv;

/// <summary>Cuts a plain file into ranges that several readers can share.</summary>
public static unsafe class CsvRangeSplitter
{
    private const int ChunkBytes = 1 << 18;
    private const int PaddingBytes = 2 * MarkScanner.BlockBytes;

    /// <summary>Finds ranges of about the same size.</summary>
    /// <param name="path">A plain file, not a compressed one.</param>
    /// <param name="dialect">How it is spelled.</param>
    /// <param name="rangeCount">How many ranges are wanted.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>
    /// One range or more, which cover the file. Fewer than wanted where quotes are not well formed: then only a reader can tell where records
    /// begin, and the last range goes from there to the end.
    /// </returns>
    /// <remarks>
    /// A line break ends a record unless it stands in quotes, so all bytes before the last cut are looked at; those without a quote, at the
    /// speed of memory. A later range's <see cref="CsvReaderOptions.StartOffset"/> is its start, and <see cref="CountLines"/> finds its first line.
    /// </remarks>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<CsvRange> Split(
        string path, CsvDialect dialect, int rangeCount, CancellationToken cancellationToken = default)
    {
        using var file = RegularFile.Open(path);
        return Split(path, dialect, new CsvRange(0, RandomAccess.GetLength(file)), rangeCount, cancellationToken);
    }

    /// <summary>Finds ranges of about the same size in a part of a file.</summary>
    /// <param name="path">A plain file, not a compressed one.</param>
    /// <param name="dialect">How it is spelled.</param>
    /// <param name="part">The part of the file to cut up: from 0, or from where a record begins.</param>
    /// <param name="rangeCount">How many ranges are wanted.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>One range or more, which cover the part.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<CsvRange> Split(string path, CsvDialect dialect, CsvRange part, int rangeCount, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rangeCount, 1);
        var fileBytes = part.End;
        var targets = Enumerable.Range(1, rangeCount - 1).Select(range => part.Start + (part.End - part.Start) / rangeCount * range).Where(target => target > part.Start);
        var cuts = new List<long> { part.Start };
        using var chunks = new ChunkScan(path, part.Start > 0 ? part.Start : FindFirstRow(path, dialect), fileBytes, dialect);
        foreach (var target in targets)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (chunks.FindRecordAfter(target) is not { } cut) break;
            if (cut > cuts[^1] && cut < fileBytes) cuts.Add(cut);
        }

        cuts.Add(fileBytes);
        return [.. cuts.Zip(cuts.Skip(1), (start, end) => new CsvRange(start, end))];
    }

    /// <summary>Counts line feeds.</summary>
    /// <param name="path">A plain file.</param>
    /// <param name="end">Offset behind the last byte to look at; the line that begins there has the number of line feeds and one.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long CountLines(string path, long end)
    {
        using var input = new FileInput(path, 0, end);
        var buffer = new byte[ChunkBytes];
        var count = 0L;
        while (input.Read(buffer) is > 0 and var read) count += buffer.AsSpan(0, read).Count((byte)'\n');
        return count;
    }

    private static long FindFirstRow(string path, CsvDialect dialect)
    {
        CsvColumnSpec[] columns = [new("", CsvValueKind.Skip)];
        using var reader = new CsvReader(new FileInput(path), dialect, columns, static _ => { }, new CsvReaderOptions { BufferBytes = ChunkBytes });
        return reader.ReadPreamble();
    }

    /// <summary>Walks through a file once, and knows at every block whether it stands in quotes.</summary>
    private sealed class ChunkScan : IDisposable
    {
        private readonly FileInput _input;
        private readonly CsvDialect _dialect;
        private readonly byte* _chunk;
        private readonly int* _marks;
        private readonly int[] _recordEnds = new int[ChunkBytes];
        private MarkScanner _scanner;
        private long _start;
        private int _length;
        private int _recordEndCount;
        private bool _isPlain;

        internal ChunkScan(string path, long start, long end, CsvDialect dialect)
        {
            _input = new FileInput(path, start, end);
            _dialect = dialect;
            _scanner = new MarkScanner(dialect, CsvSimdSupport.Choose(null));
            _chunk = (byte*)NativeMemory.AllocZeroed(ChunkBytes + PaddingBytes);
            _marks = (int*)NativeMemory.Alloc((ChunkBytes + PaddingBytes) * sizeof(int));
            _start = start;
        }

        /// <summary>The offset of the first record that begins at or behind an offset.</summary>
        /// <param name="target">Not before the last one.</param>
        /// <returns>Null when there is none, or the quotes before it are not well formed.</returns>
        internal long? FindRecordAfter(long target)
        {
            while (true)
            {
                var from = (int)Math.Clamp(target - _start, 0, _length);
                if (_isPlain)
                {
                    var lineFeed = new ReadOnlySpan<byte>(_chunk + from, _length - from).IndexOf((byte)'\n');
                    if (lineFeed >= 0) return _start + from + lineFeed + 1;
                }
                else
                {
                    var next = Array.BinarySearch(_recordEnds, 0, _recordEndCount, from);
                    if (next < 0) next = ~next;
                    if (next < _recordEndCount) return _start + _recordEnds[next] + 1;
                }

                if (_scanner.IsStopped || !TryReadChunk()) return null;
            }
        }

        public void Dispose()
        {
            _input.Dispose();
            NativeMemory.Free(_chunk);
            NativeMemory.Free(_marks);
        }

        private bool TryReadChunk()
        {
            _start += _length;
            _length = 0;
            while (_length < ChunkBytes && _input.Read(new Span<byte>(_chunk + _length, ChunkBytes - _length)) is > 0 and var read) _length += read;
            if (_length == 0) return false;
            new Span<byte>(_chunk + _length, PaddingBytes).Clear();
            _recordEndCount = 0;
            _isPlain = _dialect.Quote is not { } quote || (!_scanner.IsInQuotes && !new ReadOnlySpan<byte>(_chunk, _length).Contains(quote));
            if (_isPlain) _scanner.Pass(_chunk[_length - 1]);
            else Scan();
            return true;
        }

        private void Scan()
        {
            _scanner.Scan(_chunk, 0, _length, _marks, int.MaxValue, out var count);
            for (var mark = 0; mark < count; mark++)
            {
                if (_chunk[_marks[mark]] == '\n') _recordEnds[_recordEndCount++] = _marks[mark];
            }
        }
    }
}
