using System.Runtime.InteropServices;

namespace HybridStore.Native.Hashing;

/// <summary>XXH64 over a stream of bytes: fast, and good against accidents; no defence against an attacker.</summary>
/// <remarks>
/// The code is the xxHash that DuckDB's library carries for zstd, called by its C++ symbol: the library's version is
/// pinned, and a missing symbol fails on first use. Not thread-safe.
/// </remarks>
public sealed unsafe partial class XxHash64 : IDisposable
{
    private nint _state;

    /// <summary>Starts a hash with seed 0.</summary>
    public XxHash64()
    {
        _state = CreateState();
        _ = Reset(_state, 0);
    }

    /// <summary>The hash of all bytes so far.</summary>
    public ulong Value => Digest(_state);

    /// <summary>The hash of some bytes.</summary>
    /// <param name="bytes">May be empty.</param>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) return Hash(start, (nuint)bytes.Length, 0);
    }

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">May be empty.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_state == 0, this);
        fixed (byte* start = bytes) _ = Update(_state, start, (nuint)bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_state != 0) _ = FreeState(_state);
        _state = 0;
    }

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd17XXH64_createStateEv")]
    private static partial nint CreateState();

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd15XXH64_freeStateEPNS_13XXH64_state_sE")]
    private static partial int FreeState(nint state);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd11XXH64_resetEPNS_13XXH64_state_sEy")]
    private static partial int Reset(nint state, ulong seed);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd12XXH64_updateEPNS_13XXH64_state_sEPKvm")]
    private static partial int Update(nint state, byte* input, nuint lengthBytes);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd12XXH64_digestEPKNS_13XXH64_state_sE")]
    private static partial ulong Digest(nint state);

    [LibraryImport(DuckDb.NativeMethods.Library, EntryPoint = "_ZN11duckdb_zstd5XXH64EPKvmy")]
    private static partial ulong Hash(byte* input, nuint lengthBytes, ulong seed);
}
