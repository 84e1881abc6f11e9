using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HybridStore.Native.Csv.Structure;

/// <summary>Finds the marks that end fields, 64 bytes at a time.</summary>
/// <remarks>
/// Quotes are followed by parity: a mark behind an odd number of quotes stands inside of a field. That is right as long as every opening
/// quote follows a mark or a closing quote (then the two are one literal quote), and every closing quote is followed by a mark, a CR or a
/// quote; the scanner checks both and stops where one does not hold.
/// </remarks>
internal unsafe struct MarkScanner
{
    /// <summary>Bytes that are looked at in one step; as many must be readable behind the end.</summary>
    internal const int BlockBytes = 64;

    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly bool _hasQuote;
    private readonly bool _stopsAtQuotes;
    private readonly bool _isWide;
    private ulong _inQuotes;
    private ulong _markBefore;
    private ulong _closeBefore;

    internal MarkScanner(CsvDialect dialect, CsvSimd simd)
    {
        _delimiter = dialect.Delimiter;
        _hasQuote = dialect.Quote is not null;
        // Without quotes nothing is compared with this byte but line feeds, which are marks already.
        _quote = dialect.Quote ?? (byte)'\n';
        // Parity knows nothing of escapes, nor of comment lines that may hold single quotes.
        _stopsAtQuotes = dialect.HasOwnEscape || dialect.Comment is not null;
        _isWide = simd == CsvSimd.Vector256;
        Restart();
    }

    /// <summary>Whether the last scan ended at quotes that parity does not explain.</summary>
    internal bool IsStopped { get; private set; }

    /// <summary>The offset behind the last block that has a line break inside of quotes.</summary>
    internal int LineBreakEnd { get; set; }

    /// <summary>Whether the last block ends inside of quotes, or right behind a closing one.</summary>
    internal readonly bool IsInQuotes => (_inQuotes | _closeBefore) != 0;

    /// <summary>Goes past bytes that hold no quote and stand outside of quotes.</summary>
    /// <param name="last">The last of them.</param>
    internal void Pass(byte last) => _markBefore = last == _delimiter || last == '\n' ? 1UL : 0UL;

    /// <summary>Begins at the start of a record.</summary>
    internal void Restart()
    {
        _inQuotes = 0;
        _markBefore = 1;
        _closeBefore = 0;
        IsStopped = false;
    }

    /// <summary>Scans whole blocks.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="from">Where to begin: where the last scan ended.</param>
    /// <param name="until">Blocks that begin before it are scanned.</param>
    /// <param name="marks">Where the offsets of the marks go; there is room for a block's more than <paramref name="wanted"/>.</param>
    /// <param name="wanted">How many marks are enough.</param>
    /// <param name="count">How many were found.</param>
    /// <returns>Where the scan ended: behind the last block, or at the block where it stopped.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Scan(byte* data, int from, int until, int* marks, int wanted, out int count)
    {
        var at = from;
        var next = marks;
        var end = (long)wanted;
        var delimiters = Vector256.Create(_delimiter);
        var lineFeeds = Vector256.Create((byte)'\n');
        var quotes = Vector256.Create(_quote);
        var checksQuotes = _hasQuote;
        var isWide = _isWide && Vector256.IsHardwareAccelerated;
        while (at < until && next - marks < end)
        {
            ulong markBits, quoteBits;
            if (isWide)
            {
                var low = Vector256.Load(data + at);
                var high = Vector256.Load(data + at + 32);
                markBits = Bits(Vector256.Equals(low, delimiters) | Vector256.Equals(low, lineFeeds), Vector256.Equals(high, delimiters) | Vector256.Equals(high, lineFeeds));
                quoteBits = Bits(Vector256.Equals(low, quotes), Vector256.Equals(high, quotes));
            }
            else
            {
                markBits = Equal(data + at, delimiters.GetLower()) | Equal(data + at, lineFeeds.GetLower());
                quoteBits = Equal(data + at, quotes.GetLower());
            }

            if (checksQuotes && (quoteBits | _inQuotes | _closeBefore) != 0)
            {
                if (!TryTakeQuotes(data, at, quoteBits, ref markBits)) break;
            }
            else
            {
                _markBefore = markBits >> 63;
            }

            next = Store(next, markBits, at);
            at += BlockBytes;
        }

        count = (int)(next - marks);
        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) => low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Equal(byte* block, Vector128<byte> wanted) =>
        Vector128.Equals(Vector128.Load(block), wanted).ExtractMostSignificantBits()
        | ((ulong)Vector128.Equals(Vector128.Load(block + 16), wanted).ExtractMostSignificantBits() << 16)
        | ((ulong)Vector128.Equals(Vector128.Load(block + 32), wanted).ExtractMostSignificantBits() << 32)
        | ((ulong)Vector128.Equals(Vector128.Load(block + 48), wanted).ExtractMostSignificantBits() << 48);

    /// <summary>Writes the offsets of the bits that are set, eight at a time: what is too much is written over by the next block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int* Store(int* next, ulong bits, int at)
    {
        var count = BitOperations.PopCount(bits);
        for (var first = 0; first < count; first += 8)
        {
            for (var i = 0; i < 8; i++)
            {
                next[first + i] = at + BitOperations.TrailingZeroCount(bits);
                bits &= bits - 1;
            }
        }

        return next + count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported) return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }

    /// <summary>Takes the marks inside of quotes out of a block's.</summary>
    /// <returns>False when the quotes are not where they should be.</returns>
    private bool TryTakeQuotes(byte* data, int at, ulong quoteBits, ref ulong markBits)
    {
        var inside = PrefixXor(quoteBits) ^ _inQuotes;
        var opening = quoteBits & inside;
        var closing = quoteBits & ~inside;
        var marks = markBits & ~inside;
        var afterMark = (marks << 1) | _markBefore;
        var afterClosing = (closing << 1) | _closeBefore;
        var carriageReturns = Equal(data + at, Vector128.Create((byte)'\r'));
        var odd = (opening & ~(afterMark | afterClosing)) | (afterClosing & ~(marks | quoteBits | carriageReturns));
        if (odd != 0 || (_stopsAtQuotes && quoteBits != 0))
        {
            IsStopped = true;
            return false;
        }

        if ((markBits & inside & Equal(data + at, Vector128.Create((byte)'\n'))) != 0) LineBreakEnd = at + BlockBytes;
        _inQuotes = (ulong)((long)inside >> 63);
        _markBefore = marks >> 63;
        _closeBefore = closing >> 63;
        markBits = marks;
        return true;
    }
}
