using System.IO.Hashing;
using System.Text;

namespace HybridStore.Ingest;

/// <summary>Hashes a source's bytes as they come, and finds known contents that they begin with.</summary>
/// <param name="file">The source.</param>
/// <param name="known">What the lake has.</param>
internal sealed class ContentScan(SourceFile file, KnownContents known)
{
    private readonly XxHash64 _hash = new();
    private readonly byte[] _told = Encoding.UTF8.GetBytes(file.Told);
    private int _next;
    private byte _last;

    /// <summary>Bytes so far.</summary>
    internal long ByteCount { get; private set; }

    /// <summary>The name of all bytes so far. The same bytes under another symbol or day, or in another sheet, are other rows.</summary>
    internal string Name
    {
        get
        {
            if (_told.Length == 0) return KnownContents.Name(_hash.GetCurrentHashAsUInt64(), ByteCount);
            var hash = _hash.Clone();
            hash.Append(_told);
            return KnownContents.Name(hash.GetCurrentHashAsUInt64(), ByteCount);
        }
    }

    /// <summary>The longest beginning that is known; 0 for none.</summary>
    internal long KnownBytes { get; private set; }

    /// <summary>Where the rest begins, when only a part of that is stored.</summary>
    internal long? RestOffset { get; private set; }

    /// <summary>Adds bytes.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        for (; _next < known.Sizes.Length && known.Sizes[_next] <= ByteCount + bytes.Length; _next++)
        {
            var cut = (int)(known.Sizes[_next] - ByteCount);
            if (cut < 0 || !MayEndAt(bytes, cut)) continue;
            Append(ref bytes, cut);
            if (known.Has(Name)) (KnownBytes, RestOffset) = (ByteCount, known.RestOf(Name));
        }

        Append(ref bytes, bytes.Length);
    }

    private void Append(ref ReadOnlySpan<byte> bytes, int count)
    {
        if (count == 0) return;
        _hash.Append(bytes[..count]);
        _last = bytes[count - 1];
        ByteCount += count;
        bytes = bytes[count..];
    }

    /// <summary>
    /// Lakes know many sizes: in text only those are looked at where a line ends, and those of contents that ended within one.
    /// </summary>
    private bool MayEndAt(ReadOnlySpan<byte> bytes, int cut)
    {
        if (file.Compression != SourceCompression.None || file.Sheet is not null || known.HasOpen(ByteCount + cut)) return true;
        var before = cut > 0 ? bytes[cut - 1] : _last;
        return before is (byte)'\n' or 0 || cut == bytes.Length || bytes[cut] is (byte)'\n' or (byte)'\r';
    }
}
