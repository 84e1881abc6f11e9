using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DuckDB.NET.Native;
using HybridStore.Native.Zones;
using Functions = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace HybridStore.Native.DuckDb;

/// <summary>DuckDB's functions of time zones, by <see cref="ZoneDatabase"/> instead of the rules that its ICU was built with.</summary>
/// <remarks>
/// <c>timezone(zone, instant)</c> and <c>timezone(zone, local)</c> take the place of DuckDB's own, so that AT TIME ZONE goes by them, too;
/// <c>hybrid_zone_start(zone, local)</c> is the first instant at which the zone's clocks show a time or a later one; with a third
/// argument, the answer is of its type: the instant, or the local time itself for those who count in local time.
/// The callbacks are static and unmanaged; none lets an exception escape, which would end the process.
/// </remarks>
public static unsafe class DuckDbZoneFunctions
{
    /// <summary>The name of AT TIME ZONE.</summary>
    public const string AtTimeZone = "timezone";

    /// <summary>The name of the function that begins days.</summary>
    public const string Start = "hybrid_zone_start";

    private const long MicrosecondsPerDay = 86_400_000_000;

    private static readonly DuckDbTypeInfo Text = DuckDbTypeInfo.Create(DuckDBType.Varchar);

    /// <summary>Makes the functions known to a connection's database: once for each database.</summary>
    /// <param name="connection">Any connection of the database.</param>
    /// <exception cref="DuckDbException">DuckDB refused.</exception>
    public static void Register(DuckDbConnection connection)
    {
        const DuckDBType local = DuckDBType.Timestamp;
        const DuckDBType instant = DuckDBType.TimestampTz;
        Register(connection, AtTimeZone, [DuckDBType.Varchar, instant], local, &ToLocal);
        Register(connection, AtTimeZone, [DuckDBType.Varchar, local], instant, &ToInstant);
        Register(connection, Start, [DuckDBType.Varchar, local], instant, &ToStart);
        Register(connection, Start, [DuckDBType.Varchar, local, instant], instant, &ToStart);
        Register(connection, Start, [DuckDBType.Varchar, local, local], local, &Unchanged);
    }

    private static void Register(
        DuckDbConnection connection,
        string name,
        DuckDBType[] parameters,
        DuckDBType result,
        delegate* unmanaged[Cdecl]<nint, nint, nint, void> run)
    {
        var function = Functions.DuckDBCreateScalarFunction();
        try
        {
            Functions.DuckDBScalarFunctionSetName(function, name);
            foreach (var parameter in parameters)
            {
                using var type = DuckDbTypeInfo.Create(parameter);
                Functions.DuckDBScalarFunctionAddParameter(function, type.Handle);
            }

            using var resultType = DuckDbTypeInfo.Create(result);
            Functions.DuckDBScalarFunctionSetReturnType(function, resultType.Handle);
            Functions.DuckDBScalarFunctionSetFunction(function, run);
            if (Functions.DuckDBRegisterScalarFunction(connection.Handle, function) != DuckDBState.Success)
            {
                throw new DuckDbException(DuckDBErrorType.Catalog, $"DuckDB refused the function {name}.");
            }
        }
        finally
        {
            Functions.DuckDBDestroyScalarFunction(ref function);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ToLocal(nint info, nint chunk, nint output) => Run(info, chunk, output, Conversion.ToLocal);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ToInstant(nint info, nint chunk, nint output) => Run(info, chunk, output, Conversion.ToInstant);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ToStart(nint info, nint chunk, nint output) => Run(info, chunk, output, Conversion.ToStart);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Unchanged(nint info, nint chunk, nint output) => Run(info, chunk, output, Conversion.None);

    private static void Run(nint info, nint input, nint output, Conversion conversion)
    {
        try
        {
            using var chunk = new DuckDBDataChunk(input); // DuckDB's own: not destroyed with this.
            var rowCount = (int)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            var zones = new DuckDbVector(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 0), Text, rowCount);
            var times = VectorAddress.Of(NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, 1));
            Convert(zones, times, output, conversion, rowCount);
        }
        catch (Exception exception)
        {
            Functions.DuckDBScalarFunctionSetError(info, exception.Message);
        }
    }

    private static void Convert(DuckDbVector zones, VectorAddress times, nint output, Conversion conversion, int rowCount)
    {
        var timesUs = (long*)times.Data;
        var results = (long*)NativeMethods.Vectors.DuckDBVectorGetData(output);
        var present = (ulong*)times.Validity;
        ulong* valid = null;
        ZoneCursor? zone = null;
        ReadOnlySpan<byte> zoneName = default;
        for (var row = 0; row < rowCount; row++)
        {
            if (zones.IsNull(row) || (present is not null && (present[row >> 6] >> (row & 63) & 1) == 0))
            {
                if (valid is null) valid = WritableValidity(output);
                valid[row >> 6] &= ~(1UL << (row & 63));
                continue;
            }

            var name = zones.Bytes(row);
            if (zone is null || !name.SequenceEqual(zoneName)) zone = CursorOf(name);
            zoneName = name;
            results[row] = Convert(zone, timesUs[row], conversion);
        }
    }

    private static ulong* WritableValidity(nint vector)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        return NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
    }

    private static ZoneCursor CursorOf(ReadOnlySpan<byte> name)
    {
        var id = Encoding.UTF8.GetString(name);
        return new ZoneCursor(ZoneDatabase.Find(id) ?? throw new ArgumentException(
            $"There is no time zone '{id}' in the IANA database {ZoneDatabase.Version}. Give an IANA name such as America/New_York."));
    }

    private static long Convert(ZoneCursor zone, long timeUs, Conversion conversion)
    {
        // DuckDB's infinity and its negative, and the few days that no offset can be added to.
        if (timeUs is long.MaxValue or -long.MaxValue) return timeUs;
        if (timeUs is > long.MaxValue - MicrosecondsPerDay or < -long.MaxValue + MicrosecondsPerDay)
        {
            throw new ArgumentException($"A time is too far from now for the clocks of {zone.Rules.Id}.");
        }

        return conversion switch
        {
            Conversion.ToLocal => zone.ToLocal(timeUs),
            Conversion.ToInstant => zone.ToInstant(timeUs),
            Conversion.ToStart => zone.StartOf(timeUs),
            _ => timeUs,
        };
    }

    private enum Conversion
    {
        None,
        ToLocal,
        ToInstant,
        ToStart,
    }
}
