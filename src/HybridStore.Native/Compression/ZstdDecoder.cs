using System.Runtime.InteropServices;

namespace HybridStore.Native.Compression;

/// <summary>Decompresses a zstd stream of one or more frames, buffer by buffer.</summary>
/// <remarks>
/// The code is the zstd that DuckDB's library carries for Parquet, called by its C++ symbols: the library's version is
/// pinned, and a missing symbol fails on first use. Not thread-safe.
/// </remarks>
public sealed unsafe partial class ZstdDecoder : IDisposable
{
    private nint _stream;

    /// <summary>Starts a stream.</summary>
    public ZstdDecoder()
    {
        _stream = CreateStream();
        Check(InitStream(_stream));
    }

    /// <summary>True when the input so far ends with a whole frame; at the end of the input, false means that it is truncated.</summary>
    public bool IsAtFrameEnd { get; private set; } = true;

    /// <summary>Decompresses as much as fits.</summary>
    /// <param name="source">Compressed bytes.</param>
    /// <param name="destination">Where the plain bytes go.</param>
    /// <returns>How much of each was used; call again while <paramref name="destination"/> was filled.</returns>
    /// <exception cref="InvalidDataException">The input is no zstd, or its checksum is wrong.</exception>
    public (int SourceBytes, int DestinationBytes) Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_stream == 0, this);
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            var inputBuffer = new Buffer { Start = input, SizeBytes = (nuint)source.Length };
            var outputBuffer = new Buffer { Start = output, SizeBytes = (nuint)destination.Length };
            var hint = Check(DecompressStream(_stream, &outputBuffer, &inputBuffer));
            if (inputBuffer.Position > 0 || outputBuffer.Position > 0) IsAtFrameEnd = hint == 0;
            return ((int)inputBuffer.Position, (int)outputBuffer.Position);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stream != 0) _ = FreeStream(_stream);
        _stream = 0;
    }

    private static nuint Check(nuint code)
    {
        if (IsError(code) == 0) return code;
        throw new InvalidDataException(Marshal.PtrToStringUTF8((nint)ErrorName(code)));
    }

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd18ZSTD_createDStreamEv")]
    private static partial nint CreateStream();

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd16ZSTD_initDStreamEPNS_11ZSTD_DCtx_sE")]
    private static partial nuint InitStream(nint stream);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd16ZSTD_freeDStreamEPNS_11ZSTD_DCtx_sE")]
    private static partial nuint FreeStream(nint stream);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd21ZSTD_decompressStreamEPNS_11ZSTD_DCtx_sEPNS_16ZSTD_outBuffer_sEPNS_15ZSTD_inBuffer_sE")]
    private static partial nuint DecompressStream(nint stream, Buffer* output, Buffer* input);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd12ZSTD_isErrorEm")]
    private static partial uint IsError(nuint code);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd17ZSTD_getErrorNameEm")]
    private static partial byte* ErrorName(nuint code);

    /// <summary>zstd's <c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>, which have the same shape.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Buffer
    {
        internal byte* Start;
        internal nuint SizeBytes;
        internal nuint Position;
    }
}
