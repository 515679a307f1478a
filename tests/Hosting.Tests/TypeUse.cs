using System.Reflection;
using System.Reflection.Emit;

namespace SmartQueue.Hosting.Tests;

/// <summary>Which types a type uses: in its signatures, its attributes and the instructions of its methods.</summary>
internal static class TypeUse
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => o.Value);

    /// <summary>The types an outermost type uses, itself or in what is nested in it.</summary>
    public static HashSet<Type> Of(Type outermost)
    {
        var used = new HashSet<Type>();
        foreach (var type in WithNested(outermost))
        {
            Add(used, type.BaseType);
            foreach (var contract in type.GetInterfaces())
                Add(used, contract);
            foreach (var attribute in type.GetCustomAttributesData())
                Add(used, attribute.AttributeType);
            foreach (var member in type.GetMembers(All))
                AddMember(used, member);
        }

        return used;
    }

    /// <summary>The methods an outermost type calls, itself or in what is nested in it.</summary>
    public static IEnumerable<MethodBase> Calls(Type outermost) =>
        from type in WithNested(outermost)
        from method in type.GetMembers(All).OfType<MethodBase>()
        let body = method.GetMethodBody()
        where body is not null
        from token in Tokens(body.GetILAsByteArray()!)
        let called = Resolve(method, token) as MethodBase
        where called is not null
        select called;

    private static IEnumerable<Type> WithNested(Type type) => type.GetNestedTypes(All).SelectMany(WithNested).Prepend(type);

    private static void AddMember(HashSet<Type> used, MemberInfo member)
    {
        foreach (var attribute in member.GetCustomAttributesData())
            Add(used, attribute.AttributeType);
        if (member is FieldInfo field)
            Add(used, field.FieldType);
        if (member is not MethodBase method)
            return;
        if (method is MethodInfo info)
            Add(used, info.ReturnType);
        foreach (var parameter in method.GetParameters())
            Add(used, parameter.ParameterType);
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (var local in body.LocalVariables)
            Add(used, local.LocalType);
        foreach (var clause in body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause))
            Add(used, clause.CatchType);
        foreach (var token in Tokens(body.GetILAsByteArray()!))
            AddToken(used, method, token);
    }

    private static void AddToken(HashSet<Type> used, MethodBase method, int token)
    {
        var member = Resolve(method, token);
        if (member is Type type)
            Add(used, type);
        else
            Add(used, member!.DeclaringType);
        if (member is MethodInfo called)
        {
            Add(used, called.ReturnType);
            foreach (var argument in called.GetGenericArguments())
                Add(used, argument);
            foreach (var parameter in called.GetParameters())
                Add(used, parameter.ParameterType);
        }

        if (member is FieldInfo field)
            Add(used, field.FieldType);
    }

    private static MemberInfo? Resolve(MethodBase method, int token) =>
        method.Module.ResolveMember(
            token,
            method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null
        );

    private static void Add(HashSet<Type> used, Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Add(used, type.GetElementType());
            return;
        }

        foreach (var argument in type.GetGenericArguments())
            Add(used, argument);
        used.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var i = 0; i < il.Length; )
        {
            short value = il[i++];
            if (value == 0xfe)
                value = unchecked((short)(0xfe00 | il[i++]));
            var code = OpCodesByValue[value];
            switch (code.OperandType)
            {
                case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                    yield return BitConverter.ToInt32(il, i);
                    i += 4;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    i += 1;
                    break;
                case OperandType.InlineVar:
                    i += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    i += 8;
                    break;
                case OperandType.InlineSwitch:
                    i += 4 + 4 * BitConverter.ToInt32(il, i);
                    break;
                default:
                    i += 4;
                    break;
            }
        }
    }
}
